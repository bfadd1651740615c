package dev.tollgate.query.statement;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.calendar.TimeBuckets;
import dev.tollgate.query.scope.Scope;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// Where an answer is read: both say the same, as far as the rollup can.
public enum LedgerSource {
  ROLLUP(
      "usage_rollup",
      "r.slot",
      "DateTime('UTC')",
      "r.slot",
      "toInt64(toUnixTimestamp(r.slot)) * 1000"),
  EVENTS(
      "usage_events",
      "r.event_time",
      "DateTime64(3, 'UTC')",
      "toUnixTimestamp(r.event_time)",
      "toUnixTimestamp64Milli(r.event_time)");

  private final String table;
  private final String column;
  private final String type;
  private final String seconds;
  private final String millis;

  LedgerSource(String table, String column, String type, String seconds, String millis) {
    this.table = table;
    this.column = column;
    this.type = type;
    this.seconds = seconds;
    this.millis = millis;
  }

  /// The table that has its rows.
  public String table() {
    return table;
  }

  /// Whether a row is from the range that the parameters `start` and `end` hold.
  public String range() {
    return from("start") + "\n    AND " + column + " < {end:" + type + "}";
  }

  /// When a row of it is from, in seconds.
  public String seconds() {
    return seconds;
  }

  String millis() {
    return millis;
  }

  /// Whether a row is from the time on that the parameter holds.
  String from(String parameter) {
    return column + " >= {" + parameter + ":" + type + "}";
  }

  /// The rollup where it has all that is needed: the dimensions, and no quarter of an hour that
  /// belongs to two buckets or to the range only in part.
  public static LedgerSource of(Scope scope, List<Dimension> groups, TimeBuckets buckets) {
    return of(
        Stream.concat(groups.stream(), scope.dimensions()),
        cuts(scope.start(), scope.end(), buckets.starts()));
  }

  /// As above, of the dimensions of groups and conditions, and where time is cut.
  public static LedgerSource of(Stream<Dimension> dimensions, Stream<Instant> cuts) {
    return dimensions.allMatch(Columns::inRollup) && cuts.allMatch(Scope::beginsSlot)
        ? ROLLUP
        : EVENTS;
  }

  /// Where a range is cut: at its ends, and where buckets begin but for the first one, which may
  /// begin before.
  public static Stream<Instant> cuts(Instant start, Instant end, List<Instant> starts) {
    return Stream.concat(Stream.of(start, end), starts.stream().skip(1));
  }

  /// What an answer of two parts rests on.
  public LedgerSource and(LedgerSource other) {
    return this == EVENTS ? EVENTS : other;
  }
}
