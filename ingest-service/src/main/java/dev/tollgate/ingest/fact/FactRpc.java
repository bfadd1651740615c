package dev.tollgate.ingest.fact;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.http.OwnRoute;
import dev.tollgate.kernel.http.Routed;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.FactResult;
import dev.tollgate.proto.ingest.v1.FactServiceGrpc.FactServiceImplBase;
import dev.tollgate.proto.ingest.v1.RecordCostsRequest;
import dev.tollgate.proto.ingest.v1.RecordCostsResponse;
import dev.tollgate.proto.ingest.v1.RecordDeploymentsRequest;
import dev.tollgate.proto.ingest.v1.RecordDeploymentsResponse;
import dev.tollgate.proto.ingest.v1.RecordFeedbackRequest;
import dev.tollgate.proto.ingest.v1.RecordFeedbackResponse;
import dev.tollgate.proto.ingest.v1.RecordOutcomesRequest;
import dev.tollgate.proto.ingest.v1.RecordOutcomesResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;

/// `FactService` on the wire. Blocks until what is accepted is durable.
public final class FactRpc extends FactServiceImplBase implements Routed {
  private final FactIntake intake;
  private final OutcomeForm outcomes;
  private final DeploymentForm deployments;
  private final CostForm costs = new CostForm();

  /// @param aheadMax how far behind a fact's time this server's clock may be
  public FactRpc(FactIntake intake, Duration aheadMax) {
    var common = new FactFields(aheadMax);
    this.intake = intake;
    this.outcomes = new OutcomeForm(common);
    this.deployments = new DeploymentForm(common);
  }

  @Override
  public List<OwnRoute> routes() {
    return List.of(CloudEventsRoute.route());
  }

  @Override
  public void recordOutcomes(
      RecordOutcomesRequest request, StreamObserver<RecordOutcomesResponse> observer) {
    answer(observer, take(request, Caller.current()));
  }

  @Override
  public void recordDeployments(
      RecordDeploymentsRequest request, StreamObserver<RecordDeploymentsResponse> observer) {
    answer(observer, take(request, Caller.current()));
  }

  @Override
  public void recordCosts(
      RecordCostsRequest request, StreamObserver<RecordCostsResponse> observer) {
    answer(observer, take(request, Caller.current()));
  }

  /// Blocks until the outcomes are durable.
  public RecordOutcomesResponse take(RecordOutcomesRequest request, Caller caller) {
    var results = intake.take(outcomes, "outcomes", request.getOutcomesList(), caller);
    return RecordOutcomesResponse.newBuilder().addAllResults(results).build();
  }

  /// Blocks until the deployments are durable.
  public RecordDeploymentsResponse take(RecordDeploymentsRequest request, Caller caller) {
    var results = intake.take(deployments, "deployments", request.getDeploymentsList(), caller);
    return RecordDeploymentsResponse.newBuilder().addAllResults(results).build();
  }

  /// Blocks until the cost lines are durable.
  public RecordCostsResponse take(RecordCostsRequest request, Caller caller) {
    var results = intake.take(costs, "cost_lines", request.getCostLinesList(), caller);
    return RecordCostsResponse.newBuilder().addAllResults(results).build();
  }

  @Override
  public void recordFeedback(
      RecordFeedbackRequest request, StreamObserver<RecordFeedbackResponse> observer) {
    var fields = new Fields();
    var outcome = FeedbackForm.outcome(fields, request, intake.time().now());
    fields.check();
    var result = intake.take(outcomes, "feedback", List.of(outcome), Caller.current()).getFirst();
    answer(
        observer,
        RecordFeedbackResponse.newBuilder()
            .setOutcomeId(result.getId())
            .setStatus(counted(result))
            .build());
  }

  /// That of a single fact, which does not fail only where it counts.
  private static EventStatus counted(FactResult result) {
    return switch (result.getStatus()) {
      case EVENT_STATUS_ACCEPTED, EVENT_STATUS_DUPLICATE -> result.getStatus();
      case EVENT_STATUS_CONFLICT ->
          throw Failure.of(
              Reason.REQUEST_ID_REUSED,
              "another verdict of the same person on the same subject at the same millisecond");
      case EVENT_STATUS_INVALID, EVENT_STATUS_UNSPECIFIED, UNRECOGNIZED ->
          throw Failure.invalid(
              result.getViolationsList().stream()
                  .map(each -> new Violation(field(each.getField()), each.getDescription()))
                  .toList());
    };
  }

  /* What the outcome's fields are called in the request. */
  private static String field(String ofOutcome) {
    return switch (ofOutcome) {
      case "outcome_time" -> "feedback_time";
      default -> ofOutcome.replace("dimensions.", "");
    };
  }

  private static <T> void answer(StreamObserver<T> observer, T answer) {
    observer.onNext(answer);
    observer.onCompleted();
  }
}
