package dev.tollgate.ingest.reprice;

import dev.tollgate.failure.Failure;
import dev.tollgate.ingest.encode.Booked;
import dev.tollgate.ingest.ledger.StoredEntry;
import dev.tollgate.ingest.price.Pricing;
import dev.tollgate.rating.Call;
import dev.tollgate.rating.ChargeStatus;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Usage;
import java.util.Optional;

/// Rates events anew, and leaves alone what they are attributed to.
///
/// @param book of the events' tenant
record Rating(PriceStack book) implements Reviser {
  @Override
  public Optional<Said> revised(StoredEntry latest) {
    var said = Said.by(latest);
    if (said.booked().isRatedBy(book.ref()) || isBeyondPrices(said.booked().status())) {
      return Optional.of(said);
    }
    try {
      return Optional.of(said.withBooked(rated(latest)));
    } catch (Failure beyond) {
      return Optional.empty();
    }
  }

  /* What was estimated for want of usage, or has no usable usage, no price can better. */
  private static boolean isBeyondPrices(ChargeStatus status) {
    return status == ChargeStatus.ESTIMATED || status == ChargeStatus.USAGE_INVALID;
  }

  private Booked rated(StoredEntry latest) {
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
