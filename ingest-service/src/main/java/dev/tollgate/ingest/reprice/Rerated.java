package dev.tollgate.ingest.reprice;

import dev.tollgate.failure.Failure;
import dev.tollgate.ingest.encode.Booked;
import dev.tollgate.ingest.ledger.StoredEntry;
import dev.tollgate.ingest.price.Pricing;
import dev.tollgate.rating.Call;
import dev.tollgate.rating.ChargeStatus;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Usage;
import java.util.List;

/// One event as a price book rates it, beside what the ledger says of it.
///
/// @param latest its last entry in the ledger
/// @param before what the ledger said before this repricing, parts of which may be done already
/// @param after what it is to say
/// @param isRefused whether the book's charge can't be held; then `after` is what there is
record Rerated(StoredEntry latest, Booked before, Booked after, boolean isRefused) {
  /// @param entries all of one event, in their order
  /// @param repricing how this repricing's own entries name it
  static Rerated of(List<StoredEntry> entries, PriceStack book, String repricing) {
    var latest = entries.getLast();
    var before = before(entries, repricing);
    var isRated = latest.booked().isRatedBy(book.ref());
    if (isRated || isBeyondPrices(latest.booked().status())) {
      return new Rerated(latest, before, latest.booked(), false);
    }
    try {
      return new Rerated(latest, before, rated(latest, book), false);
    } catch (Failure beyond) {
      return new Rerated(latest, before, latest.booked(), true);
    }
  }

  /// Whether the ledger says something else by now.
  boolean needsCorrection() {
    return !after.sameMoneyAs(latest.booked());
  }

  /// Whether this repricing changes it, or has done so before a restart.
  boolean isRepriced() {
    return !after.sameMoneyAs(before);
  }

  boolean isNewlyPriced() {
    return before.status().isUnknown() && !after.status().isUnknown();
  }

  boolean isNewlyUnpriced() {
    return !before.status().isUnknown() && after.status().isUnknown();
  }

  /* What was estimated for want of usage, or has no usable usage, no price can better. */
  private static boolean isBeyondPrices(ChargeStatus status) {
    return status == ChargeStatus.ESTIMATED || status == ChargeStatus.USAGE_INVALID;
  }

  /* The entry before the first one of this repricing. */
  private static Booked before(List<StoredEntry> entries, String repricing) {
    for (int i = 1; i < entries.size(); i++) {
      if (entries.get(i).repricingId().equals(repricing)) {
        return entries.get(i - 1).booked();
      }
    }
    return entries.getLast().booked();
  }

  private static Booked rated(StoredEntry latest, PriceStack book) {
    var call = latest.call();
    var usage =
        latest.booked().status() == ChargeStatus.USAGE_MISSING
            ? Usage.MISSING
            : Usage.of(call.usage());
    return Booked.of(
        Pricing.charge(
            book,
            new Call(
                call.provider(),
                call.model(),
                latest.eventTime(),
                call.serviceTier(),
                call.region(),
                usage),
            call.isFromCache()));
  }
}
