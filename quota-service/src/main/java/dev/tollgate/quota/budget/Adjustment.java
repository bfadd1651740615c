package dev.tollgate.quota.budget;

import dev.tollgate.quota.hold.CounterUnit;
import java.time.Instant;

/// What was added to one limit of a budget for a time.
///
/// @param unit of the limit that it is about
/// @param amount in nanos, tokens or calls; negative where it was taken away
/// @param endTime excluded; [Instant#MAX] where never
public record Adjustment(
    String id,
    Kind kind,
    CounterUnit unit,
    long amount,
    Instant startTime,
    Instant endTime,
    String note,
    String actor) {
  /// What it is, for people: all of them count alike.
  public enum Kind {
    TOP_UP,
    REFUND,
    RAISE
  }

  boolean isActive(Instant at) {
    return !at.isBefore(startTime) && at.isBefore(endTime);
  }
}
