package dev.tollgate.ingest.accept;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.kernel.http.Answer;
import dev.tollgate.kernel.http.Asked;
import dev.tollgate.kernel.http.JsonMessages;
import dev.tollgate.kernel.http.JsonMessages.Item;
import dev.tollgate.kernel.http.OwnRoute;
import dev.tollgate.proto.ingest.v1.AckLevel;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.FieldViolation;
import dev.tollgate.proto.ingest.v1.IngestServiceGrpc;
import dev.tollgate.proto.ingest.v1.RecordUsageRequest;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.stub.ClientCalls;
import java.util.List;
import java.util.Map;

/// `POST /v1/usage`: events as plain JSON, one, an array or a line each, into `RecordUsage`.
final class UsageRoute {
  private static final String LINES = "application/x-ndjson";
  private static final String LEVEL_PREFIX = "ACK_LEVEL_";
  private static final String DESCRIPTION =
      """
      Records usage: one event as a JSON object, several as an array or, as application/x-ndjson, one \
      per line; at most %d. Answers with a result per event, in their order. An event that is malformed, \
      even as JSON, is INVALID, and the others land. A usage body may be an object where its schema has \
      text. `ack_level` in the query is DURABLE, which is the default, or STORED.\
      """
          .formatted(RecordUsageRpc.EVENTS_MAX);

  private static final String EXAMPLE =
      """
      {"eventId": "call-2", "eventTime": "2026-01-15T10:00:00Z", "dimensions": {"provider": "openai", \
      "model": "gpt-4o", "team": "search"}, "usage": {"buckets": {"input": "1200", "output": "300"}}}\
      """;

  private UsageRoute() {}

  static OwnRoute route() {
    var event = UsageEvent.getDescriptor();
    return new OwnRoute(
        "/v1/usage",
        DESCRIPTION,
        List.of(
            new OwnRoute.Body("application/json", OwnRoute.Form.OBJECT_OR_ARRAY, event, EXAMPLE),
            new OwnRoute.Body(LINES, OwnRoute.Form.LINES, event, EXAMPLE)),
        List.of(IngestServiceGrpc.getRecordUsageMethod()),
        List.of(),
        OwnRoute.Failures.OURS,
        UsageRoute::answer);
  }

  private static Answer answer(Asked asked, Channel calls) {
    var request = RecordUsageRequest.newBuilder().setAckLevel(level(asked.parameters()));
    var form =
        asked.contentType().equals(LINES) ? OwnRoute.Form.LINES : OwnRoute.Form.OBJECT_OR_ARRAY;
    var items =
        JsonMessages.items(
            form,
            asked.body(),
            UsageEvent.getDefaultInstance(),
            UsageRoute::bodyAsText,
            RecordUsageRpc.EVENTS_MAX);
    items.forEach(item -> request.addEvents(event(item)));
    var response =
        ClientCalls.blockingUnaryCall(
            calls, IngestServiceGrpc.getRecordUsageMethod(), CallOptions.DEFAULT, request.build())
            .toBuilder();
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Item.Unread<UsageEvent> unread) {
        response.setResults(i, unread(response.getResults(i), unread.failure()));
      }
    }
    return Answer.json(200, JsonMessages.print(response.build()));
  }

  /* What can't be read goes along as an event without a time, which is INVALID whatever else: so it is
  counted, and who sent it is proven, as with any other. Then the result says what was wrong. */
  private static UsageEvent event(Item<UsageEvent> item) {
    return switch (item) {
      case Item.Read<UsageEvent> read -> read.message();
      case Item.Unread<UsageEvent> unread ->
          UsageEvent.newBuilder()
              .setEventId(unread.tree().map(UsageRoute::eventId).orElse(""))
              .build();
    };
  }

  private static String eventId(JsonNode tree) {
    var id = tree.path("event_id");
    return (id.isTextual() ? id : tree.path("eventId")).asText("");
  }

  private static EventResult unread(EventResult placeholder, Failure failure) {
    var result =
        EventResult.newBuilder()
            .setEventId(placeholder.getEventId())
            .setStatus(EventStatus.EVENT_STATUS_INVALID);
    failure
        .violations()
        .forEach(violation ->
            result.addViolations(violation(violation.field(), violation.description())));
    if (result.getViolationsCount() == 0) {
      result.addViolations(violation("event", String.valueOf(failure.getMessage())));
    }
    return result.build();
  }

  private static FieldViolation violation(String field, String description) {
    return FieldViolation.newBuilder().setField(field).setDescription(description).build();
  }

  /// A provider's usage object need not be quoted.
  private static JsonNode bodyAsText(JsonNode event) {
    if (event.path("usage").path("body") instanceof ObjectNode body
        && body.get("json") instanceof ObjectNode json) {
      body.put("json", json.toString());
    }
    return event;
  }

  private static AckLevel level(Map<String, List<String>> parameters) {
    var level = AckLevel.ACK_LEVEL_UNSPECIFIED;
    for (var parameter : parameters.entrySet()) {
      if (!parameter.getKey().equals("ack_level") || parameter.getValue().size() > 1) {
        throw Failure.invalid(
            Shown.clip(parameter.getKey()), "unknown or repeated (expected: ack_level, once)");
      }
      level = level(parameter.getValue().getFirst());
    }
    return level;
  }

  private static AckLevel level(String text) {
    for (var level : List.of(AckLevel.ACK_LEVEL_DURABLE, AckLevel.ACK_LEVEL_STORED)) {
      if (level.name().equals(text) || level.name().equals(LEVEL_PREFIX + text)) {
        return level;
      }
    }
    throw Failure.invalid("ack_level", Shown.text(text) + " (expected: DURABLE or STORED)");
  }
}
