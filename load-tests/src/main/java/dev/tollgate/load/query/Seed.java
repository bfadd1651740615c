package dev.tollgate.load.query;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;

/// Writes usage straight into the ledger, where the views fill the rollups.
///
/// @param tenants how many there are
record Seed(ClickHouse clickHouse, int tenants) {
  static final String LARGE = "tenant-0";
  static final String SMALL = "tenant-1";

  /// The month in which all seeded usage lies.
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  static final Instant END = Instant.parse("2026-02-01T00:00:00Z");

  private static final String INSERT = Statements.read("seed");
  private static final long CHUNK = 500_000;
  private static final Map<String, String> SETTINGS =
      Map.of("max_insert_threads", "2", "max_block_size", "250000");

  /// A month's usage, in the order of time.
  void month(long events, Consumer<String> say) {
    var gap = (END.getEpochSecond() - START.getEpochSecond()) * 1_000_000 / events;
    for (long first = 0; first < events; first += CHUNK) {
      insert(first, Math.min(CHUNK, events - first), START, gap, "seed");
      if (first % (10 * CHUNK) == 0) {
        say.accept("seeded %,d of %,d".formatted(Math.min(events, first + CHUNK), events));
      }
    }
  }

  /// Further events of now, a second's worth at once.
  void second(long first, long events, Instant start) {
    insert(first, events, start, 1_000_000 / events, "live");
  }

  private void insert(long first, long count, Instant start, long gapMicros, String log) {
    clickHouse.execute(
        INSERT,
        Map.of(
            "first", first,
            "count", count,
            "start", start,
            "gap_micros", gapMicros,
            "tenants", tenants,
            "log", log),
        SETTINGS);
  }
}
