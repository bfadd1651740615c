package dev.tollgate.quota.recover;

import java.util.List;
import org.jspecify.annotations.NullMarked;

@NullMarked
class InMemoryLedgerSumsTest extends LedgerSumsContract {
  @Override
  Ledger ledger(List<LedgerRow> rows) {
    var ledger = new InMemoryLedger();
    ledger.rows.addAll(rows);
    return ledger;
  }

  @Override
  String tenant() {
    return "acme";
  }
}
