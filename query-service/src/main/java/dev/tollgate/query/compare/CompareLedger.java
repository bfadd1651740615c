package dev.tollgate.query.compare;

import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.scope.Scope;
import java.util.function.Consumer;

/// What the ledger says about models. Blocks; safe for concurrent use.
final class CompareLedger {
  private static final long ENTRIES_MAX = 1_000_000;

  private final Ledger ledger;

  CompareLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  /// Hands over what calls used, entry by entry.
  void each(Scope scope, Consumer<Used> consumer) {
    ledger.each(CompareStatement.usage(scope), ENTRIES_MAX, row -> consumer.accept(Used.read(row)));
  }

  Observed observed(Scope scope) {
    return ledger.read(CompareStatement.observed(scope), Observed::read).stream()
        .findFirst()
        .orElse(Observed.NONE);
  }
}
