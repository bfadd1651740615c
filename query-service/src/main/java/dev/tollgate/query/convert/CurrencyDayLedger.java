package dev.tollgate.query.convert;

import dev.tollgate.query.fx.CurrencyDay;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.statement.Statement;
import java.time.LocalDate;
import java.util.List;

/// On which days there were amounts in which currencies. Blocks; safe for concurrent use.
final class CurrencyDayLedger {
  private final Ledger ledger;

  CurrencyDayLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  List<CurrencyDay> days(Statement statement) {
    return ledger.read(
        statement,
        row -> new CurrencyDay(row.text("currency"), LocalDate.ofEpochDay(row.integer("day"))));
  }
}
