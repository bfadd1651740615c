package dev.tollgate.ingest.ledger;

class InMemoryEntriesTest extends EntriesContract {
  private final InMemoryLedger ledger = new InMemoryLedger();
  private int tenants;

  @Override
  Ledger ledger() {
    return ledger;
  }

  @Override
  Entries entries() {
    return ledger;
  }

  @Override
  String tenant() {
    return "tenant-" + tenants++;
  }
}
