package dev.tollgate.query.saving;

import dev.tollgate.failure.Failure;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.scope.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Consumer;

/// What the ledger says of calls that may have cost too much. Blocks; safe for concurrent use.
final class SavingLedger {
  private static final long CALLS_MAX = 1_000_000;

  private final Ledger ledger;

  SavingLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  List<Done> models(Scope scope) {
    return ledger.read(SavingStatement.models(scope), Done::read);
  }

  /// What calls of features cost, in parts that no cut divides.
  List<Spent> spent(Scope scope, Set<String> features, SortedSet<Instant> cuts) {
    return ledger.read(SavingStatement.spent(scope, features, cuts), Spent::read);
  }

  /// Hands over calls in their order.
  ///
  /// @throws Failure QUERY_TOO_LARGE where they are too many
  void each(Scope scope, Consumer<PastCall> consumer) {
    ledger.each(
        SavingStatement.calls(scope), CALLS_MAX, row -> consumer.accept(PastCall.read(row)));
  }
}
