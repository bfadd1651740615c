package dev.tollgate.query.scope;

import dev.tollgate.kernel.dimension.Dimension;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// Whose rows a question is about, checked: those of a tenant from `start` to before `end`, in
/// whole milliseconds, as events are, that meet all conditions. What the caller's credential pins
/// is among these.
public record Scope(String tenant, Instant start, Instant end, List<Condition> conditions) {
  /// The grain of the rollup.
  public static final Duration SLOT = Duration.ofMinutes(15);

  public Scope {
    conditions = List.copyOf(conditions);
  }

  public Scope withConditions(List<Condition> others) {
    return new Scope(tenant, start, end, others);
  }

  public Scope within(Instant otherStart, Instant otherEnd) {
    return new Scope(tenant, otherStart, otherEnd, conditions);
  }

  /// The dimensions that its conditions look at.
  public Stream<Dimension> dimensions() {
    return conditions.stream().map(Condition::dimension);
  }

  /// Whether a quarter of an hour begins then, so that the rollup can be cut there.
  public static boolean beginsSlot(Instant instant) {
    return begins(SLOT, instant);
  }

  /// Whether an hour, a quarter, ... in UTC begins then.
  public static boolean begins(Duration grain, Instant instant) {
    return instant.getNano() == 0 && instant.getEpochSecond() % grain.toSeconds() == 0;
  }
}
