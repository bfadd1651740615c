package dev.tollgate.query.statement;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.calendar.TimeBuckets;
import dev.tollgate.query.scope.Scope;
import java.util.List;
import java.util.stream.Stream;

/// Where an answer is read: both say the same, as far as the rollup can.
public enum LedgerSource {
  ROLLUP("r.slot"),
  EVENTS("toUnixTimestamp(r.event_time)");

  private final String time;

  LedgerSource(String time) {
    this.time = time;
  }

  /// When a row of it is from, in seconds.
  public String time() {
    return time;
  }

  /// The rollup where it has all that is needed: the dimensions, and no quarter of an hour that
  /// belongs to two buckets or to the range only in part.
  public static LedgerSource of(Scope scope, List<Dimension> groups, TimeBuckets buckets) {
    var dimensions = Stream.concat(groups.stream(), scope.dimensions());
    var cuts =
        Stream.concat(Stream.of(scope.start(), scope.end()), buckets.starts().stream().skip(1));
    return dimensions.allMatch(Columns::inRollup) && cuts.allMatch(Scope::beginsSlot)
        ? ROLLUP
        : EVENTS;
  }

  /// What an answer of two parts rests on.
  public LedgerSource and(LedgerSource other) {
    return this == EVENTS ? EVENTS : other;
  }
}
