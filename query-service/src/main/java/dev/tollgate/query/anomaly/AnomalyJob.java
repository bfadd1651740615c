package dev.tollgate.query.anomaly;

import dev.tollgate.proto.query.v1.Anomaly;
import dev.tollgate.query.ledger.CompleteHours;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.ledger.TenantLedger;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at the hours of all tenants as they pass: once each when it is complete, and the running
/// one again and again. Any number of processes may do so side by side. Blocks.
public final class AnomalyJob {
  private static final Logger LOG = LoggerFactory.getLogger(AnomalyJob.class);
  private static final Duration HOUR = Duration.ofHours(1);

  private final TenantLedger tenants;
  private final Anomalies anomalies;
  private final Evaluation evaluation;
  private final CompleteHours hours;
  private final TimeSource time;
  private final BiConsumer<String, Anomaly> told;

  /// @param told gets what begins or is over, with its tenant; more than once where a process died
  ///   before it was done
  public AnomalyJob(
      Ledger ledger, Anomalies anomalies, TimeSource time, BiConsumer<String, Anomaly> told) {
    this.tenants = new TenantLedger(ledger);
    this.anomalies = anomalies;
    this.evaluation = new Evaluation(ledger, anomalies);
    this.hours = new CompleteHours(ledger, time);
    this.time = time;
    this.told = told;
  }

  /// Looks at all that is due. A tenant with which that fails is tried again the next time, and
  /// does not keep it from the others.
  public void run() {
    var now = time.now();
    var start = now.truncatedTo(ChronoUnit.HOURS).minus(CompleteHours.CATCH_UP);
    tenants
        .active(start)
        .forEach((tenant, last) -> {
          try {
            run(tenant, last, now);
          } catch (RuntimeException failed) {
            LOG.warn("{}: its anomalies could not be looked for", tenant, failed);
          }
        });
  }

  private void run(String tenant, Instant last, Instant now) {
    var running = now.truncatedTo(ChronoUnit.HOURS);
    var hour = CompleteHours.next(anomalies.marks().of(tenant), now);
    while (hour.isBefore(running) && hours.isComplete(tenant, hour, now)) {
      look(tenant, hour, true);
      anomalies.marks().put(tenant, hour);
      hour = hour.plus(HOUR);
    }
    for (; !hour.isAfter(running); hour = hour.plus(HOUR)) {
      if (!last.isBefore(hour)) {
        look(tenant, hour, false);
      }
    }
  }

  private void look(String tenant, Instant hour, boolean complete) {
    evaluation.evaluate(tenant, hour, complete, each -> told.accept(tenant, each));
  }
}
