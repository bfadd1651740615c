package dev.tollgate.client.meter;

/// What becomes of a call that can't be checked, because quota-service can't be reached or does not
/// answer within the limit. What an answer says binds in any case: also STORE_UNAVAILABLE, by which
/// a budget denies calls while its counters are away.
public enum WhenAway {
  /// The call is not made: `Metering` throws what kept it from asking. What budgets say of
  /// themselves unless told otherwise.
  DENY,
  /// The call is made unchecked. Its usage is reported without a reservation, so its budgets are
  /// charged all the same, and it shows as bypass spend; but nothing stops it.
  ALLOW
}
