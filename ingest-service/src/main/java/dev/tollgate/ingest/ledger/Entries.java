package dev.tollgate.ingest.ledger;

import java.time.Instant;
import java.util.List;

/// What the ledger says of events, for those who correct it. Calls block; safe for concurrent use.
///
/// Every method throws a `Failure`: STORE_UNAVAILABLE, QUERY_TOO_LARGE.
public interface Entries {
  /// The tenants of which there are events in the selection, in order.
  List<String> tenants(Selection selection);

  /// The hours in which events of the tenant lie, in order, with how many of the selection are in
  /// each.
  List<Hour> hours(String tenant, Selection selection);

  /// All entries of the events in the slice, wherever they count: those of one event side by side,
  /// in their order.
  List<StoredEntry> read(String tenant, Selection selection, Slice slice);

  /// An hour, named by its beginning, and its events.
  record Hour(Instant start, long events) {}

  /// One part of the events of a selection that took place in a range of time: an event is in just
  /// one of the parts.
  ///
  /// @param from within the selection, as is `until`
  /// @param part from 0
  /// @param hasMoved whether there may be entries of its events that count elsewhere
  record Slice(Instant from, Instant until, int part, int parts, boolean hasMoved) {}
}
