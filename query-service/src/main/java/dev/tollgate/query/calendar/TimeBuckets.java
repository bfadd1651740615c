package dev.tollgate.query.calendar;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The time buckets that a range touches, by where they begin. The first may begin before the range
/// does.
public record TimeBuckets(List<Instant> starts) {
  /// The whole range is one.
  public static final TimeBuckets NONE = new TimeBuckets(List.of());

  /// No more than this many fit into one statement.
  public static final int COUNT_MAX = 10_000;

  public TimeBuckets {
    starts = List.copyOf(starts);
  }

  /// The buckets that the range from `start` to before `end` touches; empty where they are too
  /// many.
  public static Optional<TimeBuckets> of(Step step, ZoneId zone, Instant start, Instant end) {
    var starts = new ArrayList<Instant>();
    for (var at = step.startOf(start, zone); at.isBefore(end); at = step.next(at, zone)) {
      if (starts.size() == COUNT_MAX) {
        return Optional.empty();
      }
      starts.add(at);
    }
    return Optional.of(new TimeBuckets(starts));
  }
}
