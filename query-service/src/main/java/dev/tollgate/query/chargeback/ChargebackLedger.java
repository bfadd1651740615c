package dev.tollgate.query.chargeback;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.LedgerStatement;
import java.math.BigInteger;

/// What the ledger says that a month cost. Blocks; safe for concurrent use.
final class ChargebackLedger {
  private final Ledger ledger;

  ChargebackLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  MonthCost cost(Scope scope) {
    return new MonthCost(
        ledger.read(ChargebackStatement.calls(scope), ChargebackLedger::call),
        ledger.read(ChargebackStatement.paid(scope), ChargebackLedger::paid));
  }

  private static MonthCost.Cost call(Row row) {
    var group = LedgerStatement.group(row, ChargebackStatement.CALLS);
    return new MonthCost.Cost(
        group.getFirst(),
        group.getLast(),
        row.text("currency"),
        row.bigInteger("cost"),
        row.bigInteger("list_cost"),
        row.integer("unpriced_events"));
  }

  private static MonthCost.Cost paid(Row row) {
    return new MonthCost.Cost(
        LedgerStatement.group(row, ChargebackStatement.LINES).getFirst(),
        row.text("kind"),
        row.text("currency"),
        row.bigInteger("cost"),
        BigInteger.ZERO,
        0);
  }
}
