package dev.tollgate.quota.hold;

import java.util.List;

/// The store's answer to a run of the ledger: all of it took effect, or nothing did.
public sealed interface Applied {
  /// It took effect, or had before.
  ///
  /// @param position the last one that is applied now
  /// @param effects one per entry, in their order
  record Done(long position, List<Effect> effects) implements Applied {
    public long count(Effect effect) {
      return effects.stream().filter(effect::equals).count();
    }
  }

  /// The run was made by an older policy than the store knows.
  record StalePolicy(long version) implements Applied {}

  /// A budget is not seeded yet, or the whole store was lost: what is counted now would be
  /// forgotten, or counted again.
  record Unseeded() implements Applied {}

  /// What one entry did.
  enum Effect {
    APPLIED,
    /// Applied, but a budget has as many groups as it may have, and did not count it.
    GROUPLESS,
    /// Applied before, or there was nothing to give back.
    SKIPPED,
    /// No such reservation; what the call adds to other budgets is counted.
    UNKNOWN
  }
}
