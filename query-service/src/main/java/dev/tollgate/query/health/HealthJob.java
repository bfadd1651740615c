package dev.tollgate.query.health;

import dev.tollgate.failure.Failure;
import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.query.alert.OpenAlerts;
import dev.tollgate.query.alert.OpenAlerts.Line;
import dev.tollgate.query.ledger.CompleteHours;
import dev.tollgate.query.ledger.HourMarks;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.ledger.TenantLedger;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at how the calls of all tenants went, each hour once when it is complete, and says which
/// incident begins and when it is over. Any number of processes may do so side by side. Blocks.
public final class HealthJob {
  private static final Logger LOG = LoggerFactory.getLogger(HealthJob.class);
  private static final Duration HOUR = Duration.ofHours(1);

  /// From so long before an hour's end on it is learned what is usual.
  private static final Duration USUAL = Duration.ofDays(7);

  /* A tenant has one incident at a time: what is ill in the same hour belongs together. */
  private static final String LINE = "incident";

  private final HealthLedger ledger;
  private final TenantLedger tenants;
  private final CompleteHours hours;
  private final HourMarks marks;
  private final OpenAlerts open;
  private final TimeSource time;

  public HealthJob(Ledger ledger, HourMarks marks, OpenAlerts open, TimeSource time) {
    this.ledger = new HealthLedger(ledger);
    this.tenants = new TenantLedger(ledger);
    this.hours = new CompleteHours(ledger, time);
    this.marks = marks;
    this.open = open;
    this.time = time;
  }

  /// Looks at all that is due. A tenant with which that fails is tried again the next time, and
  /// does not keep it from the others.
  public void run() {
    var now = time.now();
    var since = now.truncatedTo(ChronoUnit.HOURS).minus(CompleteHours.CATCH_UP);
    var all = new TreeSet<>(tenants.active(since).keySet());
    open.lines().stream().filter(line -> !line.isEmpty()).map(Line::tenant).forEach(all::add);
    for (var tenant : all) {
      try {
        run(tenant, now);
      } catch (Failure failed) {
        LOG.warn("{}: its health could not be looked at: {}", tenant, failed.getMessage());
      } catch (RuntimeException failed) {
        LOG.warn("{}: its health could not be looked at", tenant, failed);
      }
    }
  }

  private void run(String tenant, Instant now) {
    var hour = next(tenant, now);
    while (hours.isComplete(tenant, hour, now)) {
      /* Who wrote a mark had written the line before, and nobody goes on to the next hour without
      the mark of this one. So between two looks at a mark that stands still the line is as the hour
      before left it, or as another process that is at the same hour has it. */
      var line = open.line(tenant, LINE);
      if (next(tenant, now).equals(hour)) {
        look(line, hour);
        marks.put(tenant, hour);
      }
      hour = next(tenant, now);
    }
  }

  private Instant next(String tenant, Instant now) {
    return CompleteHours.next(marks.of(tenant), now);
  }

  private void look(Line line, Instant hour) {
    var end = hour.plus(HOUR);
    var scope = new Scope(line.tenant(), end.minus(USUAL), end, List.of());
    var health = ledger.health(HealthQuestion.usual(scope));
    var incident =
        Incident.of(health.byHour()).stream()
            .filter(each -> each.end() == end.getEpochSecond())
            .findFirst();
    if (incident.filter(each -> goesOn(line, each, hour)).isPresent()) {
      open.change(line, List.of(), List.of(), hour);
    } else {
      var begun = incident.map(each -> List.of(begun(line, health, each))).orElse(List.<Alert>of());
      open.change(line, begun, line.open(), hour);
    }
  }

  /* One that begins with this hour was said already where whoever did so died before its mark. */
  private static boolean goesOn(Line line, Incident incident, Instant hour) {
    return line.open().stream()
        .anyMatch(alert ->
            incident.start() < hour.getEpochSecond()
                || incident.start() == alert.getStartTime().getSeconds());
  }

  private static Alert begun(Line line, Health health, Incident incident) {
    var start = Instant.ofEpochSecond(incident.start());
    var id = "health/" + start + "/" + line.version();
    return HealthAlert.of(id, new HealthRows(health, Map.of()).incident(incident));
  }
}
