package dev.tollgate.query.reconcile;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Sum;
import dev.tollgate.query.statement.Sums;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/// Reads what the ledger has of reported days. Blocks; safe for concurrent use.
final class ReconcileLedger {
  private final Ledger ledger;

  ReconcileLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  List<Ours> ours(Scope scope) {
    return ledger.read(ReconcileStatement.ours(scope), ReconcileLedger::ours);
  }

  private static Ours ours(Row row) {
    var group = LedgerStatement.group(row, ReconcileStatement.GROUPS);
    var sums = Sums.read(row, "", ReconcileStatement.SUMS);
    var day = LocalDate.ofInstant(Instant.ofEpochSecond(row.integer("day")), ZoneOffset.UTC);
    return new Ours(
        new Cell(day, group.get(0), group.get(1)),
        group.get(2),
        row.text("currency"),
        sums.get(Sum.COST),
        Math.addExact(sums.count(Sum.INPUT_TOKENS), sums.count(Sum.OUTPUT_TOKENS)),
        sums.count(Sum.EVENTS),
        sums.count(Sum.UNPRICED_EVENTS));
  }
}
