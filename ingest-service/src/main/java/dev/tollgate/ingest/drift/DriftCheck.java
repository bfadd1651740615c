package dev.tollgate.ingest.drift;

import dev.tollgate.ingest.ledger.Rollups;
import dev.tollgate.ingest.ledger.Rollups.Drift;
import dev.tollgate.ingest.log.Patience;
import dev.tollgate.ingest.write.Pause;
import dev.tollgate.time.TimeSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks now and then whether the rollups say what the ledger says. Repairs only when asked: drift
/// is somebody's mistake, which is to be understood first.
public final class DriftCheck implements AutoCloseable {
  /// What was repaired.
  record Repair(List<Drift> drifts, int partitions) {}

  private static final Logger LOG = LoggerFactory.getLogger(DriftCheck.class);
  private static final int DAYS = 7;
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final Duration LATE = Duration.ofHours(1);

  /* Longer than an insert may take before the client gives it up. */
  private static final Duration PAUSE_PATIENCE = Duration.ofSeconds(90);

  private final Rollups rollups;
  private final Pause pause;
  private final TimeSource time;
  private final Duration every;
  private final Patience patience;
  private final AtomicInteger drifting = new AtomicInteger();
  private final Thread thread = new Thread(this::run, "ingest-drift");

  private DriftCheck(
      Rollups rollups, Pause pause, MeterRegistry registry, TimeSource time, Duration every) {
    this.rollups = rollups;
    this.pause = pause;
    this.time = time;
    this.every = every;
    this.patience = new Patience(time);
    registry.gauge("ingest.rollup.drifts", drifting);
  }

  /// Starts looking, the first time after the duration; never where rollups can't be compared.
  public static DriftCheck start(
      Rollups rollups, Pause pause, MeterRegistry registry, TimeSource time, Duration every) {
    var check = new DriftCheck(rollups, pause, registry, time, every);
    if (rollups.isComparable()) {
      check.thread.setDaemon(true);
      check.thread.start();
    }
    return check;
  }

  /// What differs in so many days that are over.
  List<Drift> check(int days) {
    var end = day(time.now().minus(LATE));
    var seen = rollups.drifts(end.minusDays(days), end);
    var drifts = seen.isEmpty() ? seen : confirmed(seen);
    drifting.set(drifts.size());
    return drifts;
  }

  /// Builds anew what differs in so many days, today included.
  Repair repair(int days) {
    var end = day(time.now()).plusDays(1);
    var repair =
        pause.during(
            () -> {
              var drifts = rollups.drifts(end.minusDays(days), end);
              return new Repair(drifts, rollups.rebuild(drifts));
            },
            PAUSE_PATIENCE);
    drifting.set(0);
    return repair;
  }

  /* A batch may have come between the two sums that were compared. */
  private List<Drift> confirmed(List<Drift> seen) {
    var days = seen.stream().map(Drift::day).sorted(Comparator.naturalOrder()).toList();
    return pause.during(
        () -> rollups.drifts(days.getFirst(), days.getLast().plusDays(1)), PAUSE_PATIENCE);
  }

  private void run() {
    patience.rest(every);
    while (!patience.isFinishing()) {
      try {
        var drifts = check(DAYS);
        if (!drifts.isEmpty()) {
          LOG.error("rollups differ from the ledger, the first by {}", drifts.getFirst());
        }
      } catch (RuntimeException failure) {
        LOG.warn("the rollups could not be compared with the ledger", failure);
      }
      patience.rest(every);
    }
  }

  private static LocalDate day(Instant instant) {
    return instant.atZone(ZoneOffset.UTC).toLocalDate();
  }

  @Override
  public void close() {
    patience.finishWithin(Duration.ZERO);
    try {
      thread.join(GRACE);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
