package dev.tollgate.ingest.ledger;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A table that a view of `usage_events` feeds. The view's own SELECT says what must be in it.
///
/// @param time its column that says when
/// @param isDaily whether that is a day, and not a part of an hour
record Rollup(String table, String time, boolean isDaily, Partition partition) {
  static final List<Rollup> ALL =
      List.of(
          new Rollup("usage_rollup", "slot", false, Partition.WEEK),
          new Rollup("latency_hourly", "hour", false, Partition.WEEK),
          new Rollup("ref_cost", "day", true, Partition.MONTH));

  enum Partition {
    WEEK,
    MONTH;

    LocalDate begin(LocalDate day) {
      return switch (this) {
        case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        case MONTH -> day.withDayOfMonth(1);
      };
    }

    LocalDate end(LocalDate begin) {
      return switch (this) {
        case WEEK -> begin.plusWeeks(1);
        case MONTH -> begin.plusMonths(1);
      };
    }

    String literal(LocalDate begin) {
      return switch (this) {
        case WEEK -> "'" + begin + "'";
        case MONTH -> Integer.toString(begin.getYear() * 100 + begin.getMonthValue());
      };
    }
  }

  String rebuilt() {
    return table + "_rebuilt";
  }

  /// Its columns that are added up.
  List<String> measures(ClickHouse clickHouse) {
    return clickHouse.query(
        "SELECT name FROM system.columns WHERE database = currentDatabase()"
            + " AND table = {table:String} AND startsWith(type, 'SimpleAggregateFunction(sum')"
            + " ORDER BY position",
        Map.of("table", table),
        row -> row.text("name"));
  }

  /// The sums of these, with a space between them, as one expression.
  static String sums(List<String> measures) {
    return measures.stream()
        .map(measure -> "toString(sum(toInt128(`" + measure + "`)))")
        .collect(Collectors.joining(", ' ', ", "concat(", ", '')"));
  }

  /// What its view selects of the ledger, in the order of its columns.
  String select(ClickHouse clickHouse) {
    return clickHouse
        .query(
            "SELECT as_select FROM system.tables WHERE database = currentDatabase()"
                + " AND name = {view:String}",
            Map.of("view", view()),
            row -> row.text("as_select"))
        .getFirst();
  }

  private String view() {
    return table + "_view";
  }
}
