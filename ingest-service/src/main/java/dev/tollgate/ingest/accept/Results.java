package dev.tollgate.ingest.accept;

import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.FieldViolation;
import java.util.List;

/// Results of events as they go over the wire.
final class Results {
  private Results() {}

  static EventResult of(String eventId, EventStatus status) {
    return EventResult.newBuilder().setEventId(eventId).setStatus(status).build();
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
