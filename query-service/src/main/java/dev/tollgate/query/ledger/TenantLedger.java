package dev.tollgate.query.ledger;

import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

/// Which tenants the ledger knows. Blocks; safe for concurrent use.
public final class TenantLedger {
  private final Ledger ledger;

  public TenantLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  /// When each tenant that used something since then last did, to the quarter of an hour.
  public Map<String, Instant> active(Instant since) {
    return ledger
        .read(
            TenantStatement.active(since),
            row -> Map.entry(row.text("tenant"), row.instant("last_slot")))
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
