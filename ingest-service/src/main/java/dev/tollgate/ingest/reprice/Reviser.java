package dev.tollgate.ingest.reprice;

import dev.tollgate.ingest.ledger.StoredEntry;
import java.util.Optional;

/// What a repricing goes by in one tenant's events.
interface Reviser {
  /// What is to be said of an event whose latest entry this is; empty where that can't be told or
  /// held.
  Optional<Said> revised(StoredEntry latest);
}
