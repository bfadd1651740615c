package dev.tollgate.quota.budget;

/// What a hold that expires unsettled leaves on its budget, until its usage arrives.
public enum HoldExpiry {
  CHARGE_HOLD,
  /// What the input alone would cost.
  CHARGE_INPUT,
  RELEASE
}
