package dev.tollgate.ingest.ledger;

import dev.tollgate.ingest.attribute.Attribution;
import dev.tollgate.ingest.encode.Booked;
import dev.tollgate.ingest.encode.EntryPart;
import java.time.Instant;
import java.util.Map;

/// An entry as the ledger has it.
///
/// @param eventTime when the event took place
/// @param countedTime where the entry counts: elsewhere only if it corrects a closed period
/// @param repricingId empty for the charge
/// @param attribution what it counts for: may differ among the entries of an event
/// @param eventPart the columns that all entries of the event share, as RowBinary
@SuppressWarnings("ArrayRecordComponent") // handed on, never changed or compared
public record StoredEntry(
    String eventId,
    Instant eventTime,
    Instant countedTime,
    long seq,
    EntryPart.Kind kind,
    Booked booked,
    String repricingId,
    Call call,
    Attribution attribution,
    byte[] eventPart) {
  /// What the event says of its call, as far as it bears on the price.
  ///
  /// @param usage by bucket; empty also where the provider stated none
  public record Call(
      String provider,
      String model,
      String region,
      String serviceTier,
      boolean isFromCache,
      Map<String, Long> usage) {}

  /// Whether both are of one event. An id alone does not tell: it may come again in another hour.
  public boolean isOfSameEventAs(StoredEntry other) {
    return eventId.equals(other.eventId) && eventTime.equals(other.eventTime);
  }
}
