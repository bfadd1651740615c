package dev.tollgate.ingest.ledger;

class InMemoryLedgerTest extends LedgerContract {
  private final InMemoryLedger ledger = new InMemoryLedger();
  private int tenants;

  @Override
  Ledger ledger() {
    return ledger;
  }

  @Override
  String tenant() {
    return "tenant-" + tenants++;
  }

  @Override
  long count(String tenant) {
    return ledger.count(tenant);
  }

  @Override
  long count(String tenant, String table) {
    return ledger.count(tenant, table);
  }
}
