package dev.tollgate.ingest.fact;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.fact.CloudEventReader.Read;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.kernel.http.Answer;
import dev.tollgate.kernel.http.Asked;
import dev.tollgate.kernel.http.JsonMessages;
import dev.tollgate.kernel.http.OwnRoute;
import dev.tollgate.kernel.http.OwnRoute.Body;
import dev.tollgate.kernel.http.OwnRoute.Form;
import dev.tollgate.proto.ingest.v1.CloudEvent;
import dev.tollgate.proto.ingest.v1.Deployment;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.FactResult;
import dev.tollgate.proto.ingest.v1.FactServiceGrpc;
import dev.tollgate.proto.ingest.v1.FieldViolation;
import dev.tollgate.proto.ingest.v1.Outcome;
import dev.tollgate.proto.ingest.v1.RecordDeploymentsRequest;
import dev.tollgate.proto.ingest.v1.RecordOutcomesRequest;
import dev.tollgate.proto.ingest.v1.RecordOutcomesResponse;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.StreamSupport;

/// Outcomes and deployments as CloudEvents.
final class CloudEventsRoute {
  private static final String STRUCTURED = "application/cloudevents+json";
  private static final String BATCH = "application/cloudevents-batch+json";
  private static final String BINARY = "application/json";
  private static final String DESCRIPTION =
      "Takes outcomes and deployments as CloudEvents 1.0: structured, in a batch, or binary with"
          + " the attributes as headers `ce-id`, `ce-source`, `ce-type`, `ce-specversion`,"
          + " `ce-time`.";

  private static final String EXAMPLE =
      """
      {"specversion": "1.0", "type": "dev.tollgate.outcome.v1", "source": "/helpdesk", "id": "ticket-2", \
      "time": "2026-01-15T11:00:00Z", "data": {"kind": "resolved", "result": "OUTCOME_RESULT_SUCCESS", \
      "dimensions": {"session": "s-1"}}}\
      """;

  private CloudEventsRoute() {}

  static OwnRoute route() {
    return new OwnRoute(
        "/v1/events",
        DESCRIPTION,
        List.of(
            new Body(STRUCTURED, Form.OBJECT, CloudEvent.getDescriptor(), EXAMPLE),
            new Body(BATCH, Form.OBJECT_OR_ARRAY, CloudEvent.getDescriptor(), "[" + EXAMPLE + "]"),
            new Body(BINARY, Form.OBJECT, Outcome.getDescriptor(), "")),
        List.of(
            FactServiceGrpc.getRecordOutcomesMethod(),
            FactServiceGrpc.getRecordDeploymentsMethod()),
        List.of(),
        OwnRoute.Failures.OURS,
        CloudEventsRoute::answer);
  }

  private static Answer answer(Asked asked, Channel calls) {
    var isBatch = asked.contentType().equals(BATCH);
    var results = record(isBatch ? batch(asked) : List.of(one(asked)), calls);
    if (!isBatch) {
      checkCounts(results.getFirst());
    }
    var answer = RecordOutcomesResponse.newBuilder().addAllResults(results).build();
    return Answer.json(200, JsonMessages.print(answer));
  }

  private static Read one(Asked asked) {
    if (CloudEventReader.isBinary(asked)) {
      return CloudEventReader.binary(asked);
    }
    if (asked.contentType().equals(BINARY)) {
      throw Failure.of(
          Reason.BODY_INVALID,
          "no header ce-specversion (expected: it, or the content type "
              + STRUCTURED
              + " or "
              + BATCH
              + ")");
    }
    return structured(JsonMessages.tree(asked.body()));
  }

  private static Read structured(JsonNode event) {
    return event.isObject()
        ? CloudEventReader.structured(event)
        : new Read.Unread("", notAn("object", event));
  }

  private static List<Read> batch(Asked asked) {
    var events = JsonMessages.tree(asked.body());
    if (!events.isArray()) {
      throw notAn("array of CloudEvents", events);
    }
    if (events.isEmpty() || events.size() > FactIntake.FACTS_MAX) {
      throw Failure.of(
          Reason.BODY_INVALID,
          events.size() + " CloudEvents (expected: 1 to " + FactIntake.FACTS_MAX + ")");
    }
    return StreamSupport.stream(events.spliterator(), false)
        .map(CloudEventsRoute::structured)
        .toList();
  }

  private static Failure notAn(String expected, JsonNode found) {
    return Failure.of(
        Reason.BODY_INVALID, "a JSON " + found.getNodeType() + " (expected: an " + expected + ")");
  }

  /* What can't be read goes along as an empty outcome, which is INVALID: so the credential is proven
  whatever came, and what came is counted. Its result then says what is really wrong. */
  private static List<FactResult> record(List<Read> events, Channel calls) {
    var outcomes = new ArrayList<Outcome>();
    var deployments = new ArrayList<Deployment>();
    for (var event : events) {
      switch (event) {
        case Read.OfOutcome read -> outcomes.add(read.outcome());
        case Read.OfDeployment read -> deployments.add(read.deployment());
        case Read.Unread _ -> outcomes.add(Outcome.getDefaultInstance());
      }
    }
    var stub = FactServiceGrpc.newBlockingStub(calls);
    List<FactResult> ofOutcomes =
        outcomes.isEmpty()
            ? List.of()
            : stub.recordOutcomes(
                    RecordOutcomesRequest.newBuilder().addAllOutcomes(outcomes).build())
                .getResultsList();
    List<FactResult> ofDeployments =
        deployments.isEmpty()
            ? List.of()
            : stub.recordDeployments(
                    RecordDeploymentsRequest.newBuilder().addAllDeployments(deployments).build())
                .getResultsList();
    return merged(events, ofOutcomes.iterator(), ofDeployments.iterator());
  }

  private static List<FactResult> merged(
      List<Read> events, Iterator<FactResult> ofOutcomes, Iterator<FactResult> ofDeployments) {
    var results = new ArrayList<FactResult>();
    for (var event : events) {
      results.add(
          switch (event) {
            case Read.OfOutcome _ -> ofOutcomes.next();
            case Read.OfDeployment _ -> ofDeployments.next();
            case Read.Unread unread -> invalid(unread, ofOutcomes.next());
          });
    }
    return results;
  }

  private static FactResult invalid(Read.Unread unread, FactResult placeholder) {
    var result =
        FactResult.newBuilder().setId(Shown.clip(unread.id())).setStatus(placeholder.getStatus());
    for (var violation : unread.failure().violations()) {
      result.addViolations(
          FieldViolation.newBuilder()
              .setField(violation.field())
              .setDescription(violation.description()));
    }
    if (result.getViolationsCount() == 0) {
      result.addViolations(
          FieldViolation.newBuilder().setDescription(unread.failure().getMessage() + ""));
    }
    return result.build();
  }

  /// One alone that does not count is a failed call: whoever delivers it must not take it for done,
  /// nor send it again.
  private static void checkCounts(FactResult result) {
    if (result.getStatus() == EventStatus.EVENT_STATUS_CONFLICT) {
      throw Failure.of(
          Reason.REQUEST_ID_REUSED, "the id came before with other content: " + result.getId());
    }
    if (result.getStatus() == EventStatus.EVENT_STATUS_INVALID) {
      throw Failure.invalid(
          result.getViolationsList().stream()
              .map(each -> new Violation(each.getField(), each.getDescription()))
              .toList());
    }
  }
}
