package dev.tollgate.quota.recover;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// What is written down of a life of a tenant's counters, outside of the store that may be lost.
///
/// @param version how often anything was written of the tenant's lives
/// @param strictFrom from when on strict budgets admit in it
/// @param begun whether the store has it: if it is not there any more, it was lost
/// @param longestHold that may have been granted
record Life(long version, String epoch, Instant strictFrom, boolean begun, Duration longestHold) {
  private static final List<Duration> HOLD_STEPS =
      List.of(
          Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofHours(6), Duration.ofHours(24));

  /// What a hold of that length is remembered as.
  static Duration step(Duration hold) {
    return HOLD_STEPS.stream()
        .filter(step -> step.compareTo(hold) >= 0)
        .findFirst()
        .orElse(HOLD_STEPS.getLast());
  }

  /// The first of a tenant.
  static Life first(String epoch, Instant now) {
    return new Life(1, epoch, now, false, HOLD_STEPS.getFirst());
  }

  /// One that was not written down, and may have granted any hold.
  static Life found(String epoch, Instant strictFrom) {
    return new Life(1, epoch, strictFrom, true, HOLD_STEPS.getLast());
  }

  /// The one after this one was lost: until then every hold of this one has expired.
  Life next(String epoch, Instant now) {
    return new Life(version + 1, epoch, now.plus(longestHold), false, longestHold);
  }

  Life asBegun() {
    return new Life(version + 1, epoch, strictFrom, true, longestHold);
  }

  Life withLongestHold(Duration longest) {
    return new Life(version + 1, epoch, strictFrom, begun, longest);
  }
}
