package dev.tollgate.quota.settle;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.money.Nanos;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.hold.Reservation;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Terms;
import dev.tollgate.rating.Ask;
import dev.tollgate.rating.Bucket;
import dev.tollgate.rating.Call;
import dev.tollgate.rating.Charge;
import dev.tollgate.rating.ChargeStatus;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Usage;
import dev.tollgate.rating.extract.Extraction;

/// What the usage of a reservation's call comes to: as of the check, by the book that its hold was
/// priced with.
final class Pricing {
  private Pricing() {}

  /// @param book the one that the reservation's terms name
  /// @throws Failure MODEL_UNKNOWN, BUCKET_UNPRICED, AMOUNT_UNREPRESENTABLE
  static Spend spend(Reservation reservation, Extraction consumed, PriceStack book) {
    var usage = consumed.usage();
    var charge = book.rate(call(reservation, consumed));
    var cost =
        charge.status() == ChargeStatus.UNPRICED_MODEL && reservation.terms().unknownModel()
            ? ceiling(reservation, usage, book)
            : known(reservation, charge);
    if (cost.value() > CounterUnit.EXACT_MAX) {
      throw Failure.of(
          Reason.AMOUNT_UNREPRESENTABLE,
          cost + " " + charge.currency() + " (expected: at most 9007199)");
    }
    return new Spend(cost.value(), usage.inputTokens(), usage.outputTokens());
  }

  /* What the check said comes first: what it left open, the provider may have told. */
  private static Call call(Reservation reservation, Extraction consumed) {
    var subject = reservation.subject();
    return new Call(
        subject.provider(),
        subject.model(),
        reservation.checkTime(),
        either(subject.serviceTier(), consumed.serviceTier()),
        either(subject.region(), consumed.region()),
        consumed.usage());
  }

  private static String either(String checked, String told) {
    return checked.isEmpty() ? told : checked;
  }

  private static Nanos known(Reservation reservation, Charge charge) {
    var model = reservation.subject().model();
    if (charge.status() == ChargeStatus.UNPRICED_MODEL) {
      throw Failure.of(Reason.MODEL_UNKNOWN, "no price for model " + model);
    }
    if (charge.status() == ChargeStatus.UNPRICED_BUCKET) {
      throw Failure.of(
          Reason.BUCKET_UNPRICED,
          "no price for " + charge.unpriced() + " of " + model + " in " + charge.bookRef());
    }
    return charge.cost().toNanosUp();
  }

  /* The same bound as that of the hold, for what was used. Within the call's limits that is no more
  than was held, even if only a model that takes no such call as was asked for is dearer. It bounds
  tokens: of anything else the hold is all that is known. */
  private static Nanos ceiling(Reservation reservation, Usage usage, PriceStack book) {
    var subject = reservation.subject();
    var time = reservation.checkTime();
    var tokens =
        book.dearest(
                new Ask(
                    subject.provider(),
                    subject.model(),
                    subject.serviceTier(),
                    subject.region(),
                    time,
                    time,
                    usage.inputTokens(),
                    usage.outputTokens()))
            .cost();
    var held = new Nanos(reservation.terms().held().costNanos());
    var larger = tokens.compareTo(held) > 0;
    if (isWithin(reservation.terms(), usage)) {
      return larger || !isOfTokens(usage) ? held : tokens;
    }
    return larger || isOfTokens(usage) ? tokens : held;
  }

  private static boolean isWithin(Terms terms, Usage usage) {
    return usage.inputTokens() <= terms.held().inputTokens()
        && usage.outputTokens() <= terms.maxOutputTokens();
  }

  private static boolean isOfTokens(Usage usage) {
    for (var bucket : Bucket.values()) {
      var bounded = bucket.kind().isInput() || bucket.kind().isOutput();
      if (!bounded && usage.quantity(bucket) > (bucket == Bucket.REQUEST ? 1 : 0)) {
        return false;
      }
    }
    return true;
  }
}
