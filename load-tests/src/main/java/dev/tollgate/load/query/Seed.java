package dev.tollgate.load.query;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.function.Consumer;

/// Writes usage straight into the ledger, where the views fill the rollups.
///
/// @param tenants how many there are
/// @param month the time in which usage is made up
record Seed(ClickHouse clickHouse, int tenants, Range month) {
  private static final String MEASURED = "tenant-";

  /* Beside the made-up month, what is written each second would be an alarm to every tenant. */
  private static final String LIVE = "live-";

  static final String LARGE = MEASURED + 0;
  static final String SMALL = MEASURED + 1;
  static final String DEPLOYMENT = "deployment";

  private static final int MONTH_DAYS = 31;
  private static final String INSERT = Statements.read("seed");
  private static final String OUTCOMES = Statements.read("outcomes_seed");
  private static final String DEPLOYMENTS = Statements.read("deployments_seed");
  private static final long CHUNK = 500_000;
  private static final Map<String, String> SETTINGS =
      Map.of("max_insert_threads", "2", "max_block_size", "250000");

  /// The 31 days before today.
  static Range month(Instant now) {
    var today = now.truncatedTo(ChronoUnit.DAYS);
    return new Range(today.minus(Duration.ofDays(MONTH_DAYS)), today);
  }

  /// When something was deployed: in the middle of the month.
  static Instant deployed(Range month) {
    return month.start().plus(Duration.between(month.start(), month.end()).dividedBy(2));
  }

  /// A month's usage, in the order of time, and what came of it.
  void fill(long events, Consumer<String> say) {
    var gap = Duration.between(month.start(), month.end()).toSeconds() * 1_000_000 / events;
    for (long first = 0; first < events; first += CHUNK) {
      insert(first, Math.min(CHUNK, events - first), month.start(), gap, MEASURED);
      if (first % (10 * CHUNK) == 0) {
        say.accept("seeded %,d of %,d".formatted(Math.min(events, first + CHUNK), events));
      }
    }
    clickHouse.execute(OUTCOMES, parameters(0, events, month.start(), gap, MEASURED), SETTINGS);
    clickHouse.execute(
        DEPLOYMENTS, Map.of("id", DEPLOYMENT, "at", deployed(month), "tenants", tenants), SETTINGS);
  }

  /// Events of now and of other tenants, a second's worth at once.
  void second(long first, long events, Instant start) {
    insert(first, events, start, 1_000_000 / events, LIVE);
  }

  private void insert(long first, long count, Instant start, long gapMicros, String prefix) {
    clickHouse.execute(INSERT, parameters(first, count, start, gapMicros, prefix), SETTINGS);
  }

  private Map<String, Object> parameters(
      long first, long count, Instant start, long gapMicros, String prefix) {
    return Map.of(
        "first", first,
        "count", count,
        "start", start,
        "gap_micros", gapMicros,
        "tenants", tenants,
        "prefix", prefix);
  }
}
