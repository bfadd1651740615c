package dev.tollgate.quota.hold;

/// What an instance knows of a tenant's policy, and what must have happened to the counters that it
/// asks for.
///
/// @param policyVersion of the policy that the claims come from; where the store has seen a newer
///   one, they are stale
/// @param seedNeeded the seeding that the counters need at least; 0: none
public record Head(long policyVersion, long seedNeeded) {
  /// Knows nothing and needs nothing.
  public static final Head NONE = new Head(0, 0);
}
