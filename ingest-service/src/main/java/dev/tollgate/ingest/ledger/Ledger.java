package dev.tollgate.ingest.ledger;

import dev.tollgate.failure.Failure;
import dev.tollgate.ingest.log.Fingerprint;
import dev.tollgate.ingest.log.Logged;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Where what was accepted is kept for good, each kind in its table. Calls block; safe for
/// concurrent use.
public interface Ledger {
  /// Adds a part whole, where its token did not come before. A server that was killed meanwhile may
  /// know the token and lack rows: see `missing` and `recount`.
  ///
  /// @throws Failure STORE_UNAVAILABLE where it is not known whether it was added: try again
  Insertion insert(Batch.Part part);

  /// Those of the part's entries that the ledger lacks, whatever it says of the part's token.
  ///
  /// @throws Failure STORE_UNAVAILABLE
  List<Logged> missing(Batch.Part part);

  /// Has every rollup count once what the ledger has of the part's log, in the hours of the part's
  /// rows; says how many had to be written anew, each for one tenant. Nothing else of that log may
  /// be inserted meanwhile.
  ///
  /// @throws Failure STORE_UNAVAILABLE: do it again
  int recount(Batch.Part part);

  /// Those of the tenant's events that the ledger has in the table, with what their callers had
  /// sent.
  ///
  /// @throws Failure STORE_UNAVAILABLE
  Map<String, Fingerprint> find(String table, String tenant, Collection<EventKey> events);

  /// What an event is looked for by: ids alone would search the whole ledger.
  record EventKey(String eventId, long eventMillis) {}
}
