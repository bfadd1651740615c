package dev.tollgate.quota.budget;

/// What a check gets while the store is away.
public enum StoreAway {
  DENY,
  /// It is allowed, and nothing is held.
  ALLOW
}
