package dev.tollgate.quota.budget;

/// Whether a call that does not fit a budget is denied.
public enum Enforcement {
  HARD,
  /// It is allowed, with a notice.
  SOFT,
  /// As SOFT, and meant to become HARD.
  SHADOW
}
