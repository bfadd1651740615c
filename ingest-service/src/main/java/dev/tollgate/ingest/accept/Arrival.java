package dev.tollgate.ingest.accept;

import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.ingest.dedupe.Dedupe;
import dev.tollgate.ingest.log.Fingerprint;
import dev.tollgate.proto.ingest.v1.UsageEvent;
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
  record Valid(
      UsageEvent sent, UsageEvent event, Fingerprint content, Usage usage, List<Flaw> flaws)
      implements Arrival {
    @Override
    public String eventId() {
      return event.getEventId();
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
