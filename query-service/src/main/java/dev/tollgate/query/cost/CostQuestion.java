package dev.tollgate.query.cost;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.calendar.TimeBuckets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// What a caller wants to know about a tenant's cost, checked. The range is in whole milliseconds,
/// as events are; what the caller's credential pins is among the conditions.
record CostQuestion(
    String tenant,
    Instant start,
    Instant end,
    List<Dimension> groups,
    List<Condition> conditions,
    TimeBuckets buckets) {
  /// The grain of the rollup.
  static final Duration SLOT = Duration.ofMinutes(15);

  CostQuestion {
    groups = List.copyOf(groups);
    conditions = List.copyOf(conditions);
  }

  CostQuestion withConditions(List<Condition> others) {
    return new CostQuestion(tenant, start, end, groups, others, buckets);
  }

  boolean bucketed() {
    return !buckets.equals(TimeBuckets.NONE);
  }

  /// Whether the rollup has all that the answer needs: the dimensions, and no quarter of an hour
  /// that belongs to two buckets or to the range only in part.
  boolean fitsRollup() {
    var dimensions = Stream.concat(groups.stream(), conditions.stream().map(Condition::dimension));
    var cuts = Stream.concat(Stream.of(start, end), buckets.starts().stream().skip(1));
    return dimensions.allMatch(Columns::inRollup) && cuts.allMatch(CostQuestion::beginsSlot);
  }

  private static boolean beginsSlot(Instant instant) {
    return instant.getNano() == 0 && instant.getEpochSecond() % SLOT.toSeconds() == 0;
  }
}
