package dev.tollgate.quota.hold;

import java.util.List;

/// The store's answer to a run of the ledger.
///
/// @param position the last one that is applied now
/// @param effects one per entry, in their order
public record Applied(long position, List<Effect> effects) {
  /// What one entry did.
  public enum Effect {
    APPLIED,
    /// Applied before, or the reservation was final.
    SKIPPED,
    /// No such reservation.
    UNKNOWN
  }

  public long count(Effect effect) {
    return effects.stream().filter(effect::equals).count();
  }
}
