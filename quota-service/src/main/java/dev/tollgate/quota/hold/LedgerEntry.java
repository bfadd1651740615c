package dev.tollgate.quota.hold;

/// What one record of the ingest log does to the counters.
public sealed interface LedgerEntry {
  /// Its place in the log; ascending, above 0.
  long position();

  /// The priced actual replaces whatever the reservation contributed, once.
  record Actual(long position, Reservation reservation, Spend spend) implements LedgerEntry {}

  /// The ledger can't tell the cost: what is charged now stays charged, or what was held.
  record Unpriced(long position, Reservation reservation, long tokens) implements LedgerEntry {}

  /// An open hold is given back; anything else stays as it is.
  record GiveBack(long position, Reservation reservation) implements LedgerEntry {}

  /// Names no reservation of ours.
  record Unknown(long position) implements LedgerEntry {}
}
