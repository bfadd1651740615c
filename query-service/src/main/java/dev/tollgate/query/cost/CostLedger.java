package dev.tollgate.query.cost;

import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.statement.LedgerStatement;
import java.util.List;
import java.util.Optional;

/// What the ledger says about cost. Blocks; safe for concurrent use.
final class CostLedger {
  private final Ledger ledger;

  CostLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  /// Up to `limit` lines in the answer's order, those after the given one where there is one.
  List<CostLine> page(CostQuestion question, Optional<Position> after, int limit) {
    var groups = LedgerStatement.groups(question.groups());
    return ledger.read(
        CostStatement.page(question, after, limit),
        row -> CostLine.read(row, row.integer("bucket"), groups.stream().map(row::text).toList()));
  }

  /// One line per currency, in the order of their codes.
  List<CostLine> totals(CostQuestion question) {
    return ledger.read(CostStatement.totals(question), row -> CostLine.read(row, 0, List.of()));
  }
}
