package dev.tollgate.load.ingest;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.load.drive.MeasurementFailed;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// What the ledger has, as its tables say.
record Stored(ClickHouse clickHouse, TimeSource time) {
  private static final long POLL_NANOS = 10_000_000;
  private static final Duration WITHIN = Duration.ofMinutes(5);
  private static final List<String> TABLES =
      List.of("usage_events", "usage_rollup", "latency_hourly", "ref_cost");

  /* Those of the rollups in which each event counts once. */
  private static final List<String> COUNTING = List.of("usage_rollup", "latency_hourly");

  /// Waits until it has so many rows of usage, and every rollup counts them.
  void awaitRows(long rows) {
    until(rows + " rows in the ledger", () -> rows() >= rows);
    for (var rollup : COUNTING) {
      until(rows + " events in " + rollup, () -> events(rollup) >= rows);
    }
  }

  long rows() {
    return number("SELECT count() AS n FROM usage_events");
  }

  private long events(String rollup) {
    return number("SELECT sum(events) AS n FROM " + rollup);
  }

  /// Fails where the ledger or a rollup does not have just so many events, or one has no price.
  void verify(long events) {
    expect("usage_events", number("SELECT sum(sign) AS n FROM usage_events FINAL"), events);
    expect(
        "without a price",
        number("SELECT count() AS n FROM usage_events WHERE charge_status != 'PRICED'"),
        0);
    for (var rollup : COUNTING) {
      expect(rollup, events(rollup), events);
    }
  }

  /// Empties the tables and waits until nothing is merged any more, so that every measurement
  /// begins with the same.
  void clear() {
    TABLES.forEach(table -> clickHouse.execute("TRUNCATE TABLE " + table + " SYNC"));
    until("merges to end", () -> number("SELECT count() AS n FROM system.merges") == 0);
  }

  private static void expect(String what, long found, long expected) {
    if (found != expected) {
      throw new MeasurementFailed("%s: %d events (expected: %d)".formatted(what, found, expected));
    }
  }

  private long number(String query) {
    return clickHouse.query(query, Map.of(), row -> row.integer("n")).getFirst();
  }

  private void until(String what, BooleanSupplier condition) {
    until(time, what, condition);
  }

  static void until(TimeSource time, String what, BooleanSupplier condition) {
    var end = time.nanoTime() + WITHIN.toNanos();
    while (!condition.getAsBoolean()) {
      if (time.nanoTime() > end) {
        throw new MeasurementFailed("waited " + WITHIN + " in vain for " + what);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
