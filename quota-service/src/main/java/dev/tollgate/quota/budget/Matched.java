package dev.tollgate.quota.budget;

import java.util.List;

/// What a policy says about a call.
///
/// @param budgets under which it counts, by id
/// @param skipped that match, and do not count it
/// @param ended carved out budgets that match and have ended: they deny
/// @param freezes that match: they deny
/// @param seedNeeded the version up to which the store must have been seeded
public record Matched(
    List<Budget> budgets,
    List<Skipped> skipped,
    List<Budget> ended,
    List<Freeze> freezes,
    long seedNeeded) {
  /// A budget that matches and does not count the call.
  public record Skipped(Budget budget, Why why) {}

  /// Why a budget does not count a call that it matches.
  public enum Why {
    /// It has ended.
    ENDED,
    /// It counts what no other does, and another does.
    FALLBACK,
    /// A budget that is carved out of it counts the call.
    CARVED
  }

  /// Whether no budget says anything about the call.
  public boolean isNothing() {
    return budgets.isEmpty() && ended.isEmpty();
  }
}
