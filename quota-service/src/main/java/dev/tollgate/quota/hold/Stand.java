package dev.tollgate.quota.hold;

/// Where one counter stands.
///
/// @param encumbered settled and held together
/// @param held what calls in flight hold
public record Stand(long encumbered, long held) {
  /// What finished calls cost, holds that expired included.
  public long settled() {
    return encumbered - held;
  }
}
