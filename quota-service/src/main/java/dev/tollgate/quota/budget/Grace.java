package dev.tollgate.quota.budget;

import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.rating.Schedule;
import java.time.Instant;

/// What some calls may spend beyond the threshold.
///
/// @param percent of the limit; 0 where nobody may
/// @param least calls of less priority get none
/// @param hours when
public record Grace(int percent, Priority least, Selector selector, Schedule hours) {
  public static final Grace NONE = new Grace(0, Priority.BATCH, Selector.ALL, Schedule.ALWAYS);

  boolean isFor(Priority priority, Dimensions dimensions, Instant at) {
    return percent > 0
        && priority.compareTo(least) >= 0
        && selector.matches(dimensions)
        && hours.holdsAt(at);
  }
}
