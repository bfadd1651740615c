package dev.tollgate.client.meter;

/// When a hold is replaced by what the call cost.
public enum Settling {
  /// When the ledger has the usage: a fraction of a second after it was taken.
  BY_LEDGER,
  /// At once as well, by a message of its own to quota-service, which nobody waits for. For tight
  /// budgets, where a hold that lasts a moment longer denies others.
  AT_ONCE
}
