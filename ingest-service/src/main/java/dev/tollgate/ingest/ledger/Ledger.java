package dev.tollgate.ingest.ledger;

import dev.tollgate.failure.Failure;
import dev.tollgate.ingest.log.Fingerprint;
import java.util.Collection;
import java.util.Map;

/// Where rows of usage are kept for good. Calls block; safe for concurrent use.
public interface Ledger {
  /// Adds the rows of a batch, unless a batch with this token came before: then it does nothing.
  ///
  /// @throws Failure STORE_UNAVAILABLE where it is not known whether they were added: try again
  void insert(Batch batch);

  /// Those of the tenant's events that the ledger has, with what their callers had sent.
  ///
  /// @throws Failure STORE_UNAVAILABLE
  Map<String, Fingerprint> find(String tenant, Collection<EventKey> events);

  /// What an event is looked for by: ids alone would search the whole ledger.
  record EventKey(String eventId, long eventMillis) {}
}
