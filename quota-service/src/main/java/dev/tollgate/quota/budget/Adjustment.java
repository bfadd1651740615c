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
    RAISE,
    CUT
  }

  /// The same, made by another.
  Adjustment by(String other) {
    return new Adjustment(id, kind, unit, amount, startTime, endTime, note, other);
  }

  /// The same with another end.
  Adjustment until(Instant end) {
    return new Adjustment(id, kind, unit, amount, startTime, end, note, actor);
  }

  /// Whether both say the same, in whatever money is counted.
  boolean countsAs(Adjustment other) {
    return unit.isCost() == other.unit.isCost()
        && equals(
            new Adjustment(
                other.id,
                other.kind,
                unit.isCost() ? unit : other.unit,
                other.amount,
                other.startTime,
                other.endTime,
                other.note,
                other.actor));
  }

  boolean isActive(Instant at) {
    return !at.isBefore(startTime) && at.isBefore(endTime);
  }

  /// Whether any of it lies between the two, the second included.
  boolean touches(Instant since, Instant at) {
    return endTime.isAfter(since) && !startTime.isAfter(at);
  }
}
