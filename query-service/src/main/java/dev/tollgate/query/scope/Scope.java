package dev.tollgate.query.scope;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.fx.Conversion;
import dev.tollgate.query.org.Places;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// Whose rows a question is about, checked: those of a tenant from `start` to before `end`, in
/// whole milliseconds, as events are, that meet all conditions. What the caller's credential pins
/// is among these.
///
/// @param places where its teams belong
/// @param conversion in which currency its amounts are
public record Scope(
    String tenant,
    Instant start,
    Instant end,
    List<Condition> conditions,
    Places places,
    Conversion conversion) {
  /// The grain of the rollup.
  public static final Duration SLOT = Duration.ofMinutes(15);

  public Scope {
    conditions = List.copyOf(conditions);
  }

  /// As events state it, without an org tree, and each amount in its own currency.
  public Scope(String tenant, Instant start, Instant end, List<Condition> conditions) {
    this(tenant, start, end, conditions, Places.NONE, Conversion.NONE);
  }

  public Scope withConditions(List<Condition> others) {
    return new Scope(tenant, start, end, others, places, conversion);
  }

  public Scope withPlaces(Places others) {
    return new Scope(tenant, start, end, conditions, others, conversion);
  }

  public Scope withConversion(Conversion other) {
    return new Scope(tenant, start, end, conditions, places, other);
  }

  public Scope within(Instant otherStart, Instant otherEnd) {
    return new Scope(tenant, otherStart, otherEnd, conditions, places, conversion);
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
