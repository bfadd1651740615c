package dev.tollgate.quota.hold;

/// What one record of the ingest log does to the counters.
public sealed interface LedgerEntry {
  /// Its place in the log; ascending, above 0.
  long position();

  /// The priced actual replaces whatever the reservation contributed, once.
  record Actual(long position, Reservation reservation, Spend spend) implements LedgerEntry {}

  /// The ledger can't tell the cost: what is charged now stays charged, or what was held.
  ///
  /// @param inputTokens with no output tokens either: neither is known, and both stay charged or
  ///   held as the cost does
  record Unpriced(long position, Reservation reservation, long inputTokens, long outputTokens)
      implements LedgerEntry {
    private boolean tellsTokens() {
      return inputTokens > 0 || outputTokens > 0;
    }

    /// Whether what the call adds to a counter of the unit is known.
    boolean tells(CounterUnit unit) {
      return switch (unit) {
        case COST_NANOS, COST_MICROS -> false;
        case TOKENS, INPUT_TOKENS, OUTPUT_TOKENS -> tellsTokens();
        case REQUESTS -> true;
      };
    }

    /// What is spent where nothing stands that could stay.
    Spend spend() {
      var held = reservation.terms().held();
      return tellsTokens() ? new Spend(held.costNanos(), inputTokens, outputTokens) : held;
    }
  }

  /// An open hold is given back; anything else stays as it is.
  record GiveBack(long position, Reservation reservation) implements LedgerEntry {}

  /// Names no reservation of ours.
  record Unknown(long position) implements LedgerEntry {}
}
