package dev.tollgate.ingest.reprice;

import dev.tollgate.ingest.attribute.Attribution;
import dev.tollgate.ingest.encode.Booked;
import dev.tollgate.ingest.ledger.StoredEntry;

/// What an entry says of its event that a repricing may change.
record Said(Booked booked, Attribution attribution) {
  static Said by(StoredEntry entry) {
    return new Said(entry.booked(), entry.attribution());
  }

  Said withBooked(Booked other) {
    return new Said(other, attribution);
  }

  /// Whether both attribute it to the same, whichever rules led there.
  boolean sameDimensionsAs(Said other) {
    return attribution.dimensions().equals(other.attribution.dimensions());
  }
}
