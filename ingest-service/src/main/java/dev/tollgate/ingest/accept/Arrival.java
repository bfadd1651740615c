package dev.tollgate.ingest.accept;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.ingest.attribute.AttributionRules;
import dev.tollgate.ingest.attribute.Filled;
import dev.tollgate.ingest.dedupe.Dedupe;
import dev.tollgate.ingest.log.Fingerprint;
import dev.tollgate.ingest.price.Pricing;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.rating.Charge;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Usage;
import dev.tollgate.rating.extract.Flaw;
import java.util.List;

/// An event as it came in.
sealed interface Arrival {
  String eventId();

  /// An event that keeps the contract.
  ///
  /// @param sent just as it came
  /// @param event with what its caller's credential pins, and what its usage body tells, filled in
  /// @param content over what the caller sent
  /// @param usage missing also where its body is unusable
  /// @param flaws of its usage body
  /// @param filled what an attribution rule filled in of its dimensions
  /// @param isHistory whether it was sent as history, which no budget counts
  record Valid(
      UsageEvent sent,
      UsageEvent event,
      Fingerprint content,
      Usage usage,
      List<Flaw> flaws,
      Filled filled,
      boolean isHistory)
      implements Arrival {
    @Override
    public String eventId() {
      return event.getEventId();
    }

    /// The same, with what the rules say of what it leaves open.
    Valid attributed(AttributionRules rules, String tenant) {
      var attributed = rules.attribute(tenant, event);
      return attributed.isUntouched()
          ? this
          : new Valid(
              sent, attributed.event(), content, usage, flaws, attributed.filled(), isHistory);
    }

    /// What its call cost.
    ///
    /// @throws Failure AMOUNT_UNREPRESENTABLE where it is more than a row of the ledger can hold
    Charge charge(PriceStack book) {
      return isUnusable() ? Pricing.ofUnusable(book, event) : Pricing.charge(book, event, usage);
    }

    boolean isUnusable() {
      return flaws.stream().anyMatch(flaw -> flaw.kind() == Flaw.Kind.UNUSABLE);
    }

    Dedupe.Offer offer() {
      var time = event.getEventTime();
      return new Dedupe.Offer(
          eventId(), content, time.getSeconds() * 1_000 + time.getNanos() / 1_000_000);
    }
  }

  /// An event that does not, and why.
  ///
  /// @param eventId as far as it can be repeated
  record Malformed(String eventId, List<Violation> violations) implements Arrival {}
}
