package dev.tollgate.ingest.reprice;

import dev.tollgate.ingest.ledger.StoredEntry;
import java.util.List;

/// What a repricing makes of one event, beside what the ledger says of it.
///
/// @param latest its last entry in the ledger
/// @param before what the ledger said before this repricing, parts of which may be done already
/// @param after what it is to say
/// @param isRefused whether that can't be told or held; then `after` is what there is
record Revision(StoredEntry latest, Said before, Said after, boolean isRefused) {
  /// @param entries all of one event, in their order
  /// @param repricing how this repricing's own entries name it
  static Revision of(List<StoredEntry> entries, Reviser reviser, String repricing) {
    var latest = entries.getLast();
    var before = before(entries, repricing);
    return reviser
        .revised(latest)
        .map(after -> new Revision(latest, before, after, false))
        .orElseGet(() -> new Revision(latest, before, Said.by(latest), true));
  }

  /// Whether the ledger says something else by now.
  boolean needsCorrection() {
    var said = Said.by(latest);
    return !after.booked().sameMoneyAs(said.booked()) || !after.sameDimensionsAs(said);
  }

  /// Whether this repricing changes its charge, or has done so before a restart.
  boolean isRepriced() {
    return !after.booked().sameMoneyAs(before.booked());
  }

  /// Whether this repricing changes what it is attributed to, or has done so before a restart.
  boolean isReattributed() {
    return !after.sameDimensionsAs(before);
  }

  boolean isNewlyPriced() {
    return before.booked().status().isUnknown() && !after.booked().status().isUnknown();
  }

  boolean isNewlyUnpriced() {
    return !before.booked().status().isUnknown() && after.booked().status().isUnknown();
  }

  /* The entry before the first one of this repricing. */
  private static Said before(List<StoredEntry> entries, String repricing) {
    for (int i = 1; i < entries.size(); i++) {
      if (entries.get(i).repricingId().equals(repricing)) {
        return Said.by(entries.get(i - 1));
      }
    }
    return Said.by(entries.getLast());
  }
}
