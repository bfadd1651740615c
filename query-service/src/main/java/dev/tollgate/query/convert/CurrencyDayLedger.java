package dev.tollgate.query.convert;

import dev.tollgate.query.fx.CurrencyDay;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.scope.Scope;
import java.time.LocalDate;
import java.util.List;

/// On which days there were costs in which currencies. Blocks; safe for concurrent use.
final class CurrencyDayLedger {
  private final Ledger ledger;

  CurrencyDayLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  List<CurrencyDay> days(Scope scope) {
    return ledger.read(
        CurrencyDayStatement.of(scope),
        row -> new CurrencyDay(row.text("currency"), LocalDate.ofEpochDay(row.integer("day"))));
  }
}
