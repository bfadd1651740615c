package dev.tollgate.quota.hold;

import java.util.List;

/// A wish to add an amount to a counter that may not pass its limit. An amount of 0 always fits.
///
/// @param counter of no other claim of the same wish
/// @param earlier the other slots of a sliding window, whose sum with the counter's the limit
///   bounds; empty for every other window
/// @param limit [CounterUnit#EXACT_MAX] where nothing is refused
/// @param amount what is held, at most [CounterUnit#EXACT_MAX]
/// @param reportAbove a grant that leaves the sum above it reports this claim;
///   [CounterUnit#EXACT_MAX]: none does
/// @param lapsed what stays on the counter where the hold expires unsettled, at most the amount
/// @param groupsMax how many counters of its budget and window may be made, of the claims that say
///   so: one per budget, whatever its units; 0: any number
/// @param currentUntilMillis the check must come before it, else it is stale; 0: never is
public record Claim(
    Counter counter,
    List<Counter> earlier,
    long limit,
    long amount,
    long reportAbove,
    long lapsed,
    long groupsMax,
    long currentUntilMillis) {
  public Claim {
    earlier = List.copyOf(earlier);
  }

  /// On a window without slots: nothing is reported, and a hold that expires stays charged.
  public static Claim of(Counter counter, long limit, long amount) {
    return new Claim(
        counter,
        List.of(),
        limit,
        amount,
        CounterUnit.EXACT_MAX,
        amount,
        0,
        counter.isLifetime() ? 0 : counter.endMillis());
  }

  /// The same on a slot of a sliding window.
  ///
  /// @param slotEndMillis the first instant that is counted in the next slot
  public Claim withEarlier(List<Counter> slots, long slotEndMillis) {
    return new Claim(counter, slots, limit, amount, reportAbove, lapsed, groupsMax, slotEndMillis);
  }

  public Claim withLimit(long other) {
    return new Claim(
        counter, earlier, other, amount, reportAbove, lapsed, groupsMax, currentUntilMillis);
  }

  /// With another amount, of which some stays where the hold expires.
  public Claim withAmount(long other, long otherLapsed) {
    return new Claim(
        counter, earlier, limit, other, reportAbove, otherLapsed, groupsMax, currentUntilMillis);
  }

  public Claim withReportAbove(long other) {
    return new Claim(counter, earlier, limit, amount, other, lapsed, groupsMax, currentUntilMillis);
  }

  public Claim withLapsed(long other) {
    return new Claim(
        counter, earlier, limit, amount, reportAbove, other, groupsMax, currentUntilMillis);
  }

  public Claim withGroupsMax(long other) {
    return new Claim(
        counter, earlier, limit, amount, reportAbove, lapsed, other, currentUntilMillis);
  }

  /// Whether it fits on top of what the counter and the earlier slots hold together.
  public boolean fits(long encumbered) {
    return amount == 0 || encumbered + amount <= limit;
  }
}
