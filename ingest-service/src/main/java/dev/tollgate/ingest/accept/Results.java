package dev.tollgate.ingest.accept;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.FieldViolation;
import dev.tollgate.proto.pricing.v1.UsageFlaw;
import dev.tollgate.proto.pricing.v1.UsageFlawKind;
import dev.tollgate.rating.extract.Flaw;
import java.util.List;

/// Results of events as they go over the wire.
final class Results {
  private Results() {}

  /// Of an event that counts, or whose id does.
  static EventResult of(Arrival.Valid arrival, EventStatus status) {
    var result = EventResult.newBuilder().setEventId(arrival.eventId()).setStatus(status);
    if (status != EventStatus.EVENT_STATUS_CONFLICT) {
      arrival.flaws().forEach(flaw -> result.addFlaws(of(flaw)));
    }
    return result.build();
  }

  private static UsageFlaw of(Flaw flaw) {
    return UsageFlaw.newBuilder()
        .setKind(
            switch (flaw.kind()) {
              case UNUSABLE -> UsageFlawKind.USAGE_FLAW_KIND_UNUSABLE;
              case DOUBTFUL -> UsageFlawKind.USAGE_FLAW_KIND_DOUBTFUL;
            })
        .setField(flaw.field())
        .setRule(flaw.rule())
        .build();
  }

  /// Of an event that would cost more than a row of the ledger can hold.
  static EventResult unrepresentable(String eventId, Failure why) {
    return invalid(eventId, beyondARow(why));
  }

  static List<Violation> beyondARow(Failure why) {
    return List.of(new Violation("usage.buckets", why.getMessage() + ""));
  }

  static EventResult invalid(String eventId, List<Violation> violations) {
    var result =
        EventResult.newBuilder().setEventId(eventId).setStatus(EventStatus.EVENT_STATUS_INVALID);
    for (var violation : violations) {
      result.addViolations(
          FieldViolation.newBuilder()
              .setField(violation.field())
              .setDescription(violation.description()));
    }
    return result.build();
  }
}
