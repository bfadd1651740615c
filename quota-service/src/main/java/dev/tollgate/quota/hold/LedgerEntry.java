package dev.tollgate.quota.hold;

import java.util.List;

/// What one record of the ingest log does to the counters.
public sealed interface LedgerEntry {
  /// Its place in the log; ascending, above 0.
  long position();

  /// What it adds to budgets that hold nothing for the call.
  default List<Debit> debits() {
    return List.of();
  }

  /// Whether the ledger has a row for it.
  default boolean hasRow() {
    return true;
  }

  /// The priced actual replaces whatever the reservation contributed. Another one of the same
  /// reservation, a further attempt, is added.
  record Actual(long position, Reservation reservation, Spend spend, List<Debit> debits)
      implements LedgerEntry {
    public Actual {
      debits = List.copyOf(debits);
    }

    /// With nothing for other budgets.
    public Actual(long position, Reservation reservation, Spend spend) {
      this(position, reservation, spend, List.of());
    }
  }

  /// The ledger can't tell the cost: what is charged now stays charged, or what was held.
  ///
  /// @param inputTokens with no output tokens either: neither is known, and both stay charged or
  ///   held as the cost does
  record Unpriced(
      long position,
      Reservation reservation,
      long inputTokens,
      long outputTokens,
      List<Debit> debits)
      implements LedgerEntry {
    public Unpriced {
      debits = List.copyOf(debits);
    }

    /// With nothing for other budgets.
    public Unpriced(long position, Reservation reservation, long inputTokens, long outputTokens) {
      this(position, reservation, inputTokens, outputTokens, List.of());
    }

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
    public Spend spend() {
      var held = reservation.terms().held();
      return tellsTokens() ? new Spend(held.costNanos(), inputTokens, outputTokens) : held;
    }
  }

  /// An open hold is given back; anything else stays as it is.
  record GiveBack(long position, Reservation reservation) implements LedgerEntry {
    @Override
    public boolean hasRow() {
      return false;
    }
  }

  /// A call that nobody held anything for: it counts where it would have been held.
  record Bypass(long position, List<Debit> debits) implements LedgerEntry {
    public Bypass {
      debits = List.copyOf(debits);
    }
  }

  /// Gives back what is no reservation of ours.
  record Unknown(long position) implements LedgerEntry {
    @Override
    public boolean hasRow() {
      return false;
    }
  }
}
