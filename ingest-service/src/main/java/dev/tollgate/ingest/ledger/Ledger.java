package dev.tollgate.ingest.ledger;

import dev.tollgate.failure.Failure;
import dev.tollgate.ingest.log.Fingerprint;
import java.util.Collection;
import java.util.Map;

/// Where what was accepted is kept for good, each kind in its table. Calls block; safe for
/// concurrent use.
public interface Ledger {
  /// Adds those of a batch's parts whose tokens did not come before. A part is added whole or not
  /// at all; where this fails, some may have been.
  ///
  /// @throws Failure STORE_UNAVAILABLE where it is not known whether they were added: try again
  void insert(Batch batch);

  /// Those of the tenant's events that the ledger has in the table, with what their callers had
  /// sent.
  ///
  /// @throws Failure STORE_UNAVAILABLE
  Map<String, Fingerprint> find(String table, String tenant, Collection<EventKey> events);

  /// What an event is looked for by: ids alone would search the whole ledger.
  record EventKey(String eventId, long eventMillis) {}
}
