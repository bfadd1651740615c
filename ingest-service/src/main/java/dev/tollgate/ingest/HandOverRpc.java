package dev.tollgate.ingest;

import dev.tollgate.failure.Failure;
import dev.tollgate.ingest.accept.UsageBatches;
import dev.tollgate.ingest.fact.FactRpc;
import dev.tollgate.ingest.share.ShareSettings;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.proto.ingest.v1.HandOverRequest;
import dev.tollgate.proto.ingest.v1.HandOverResponse;
import dev.tollgate.proto.ingest.v1.HandoverServiceGrpc.HandoverServiceImplBase;
import io.grpc.stub.StreamObserver;

/// `HandoverService` on the wire: what other instances pass on because this one owns it. Blocks.
final class HandOverRpc extends HandoverServiceImplBase {
  private final String self;
  private final UsageBatches usage;
  private final FactRpc facts;

  /// @param usage that passes nothing on
  /// @param facts that pass nothing on
  HandOverRpc(ShareSettings settings, UsageBatches usage, FactRpc facts) {
    this.self =
        settings.instances().isEmpty() ? "" : settings.instances().get(settings.self()).target();
    this.usage = usage;
    this.facts = facts;
  }

  @Override
  public void handOver(HandOverRequest request, StreamObserver<HandOverResponse> observer) {
    if (self.isEmpty() || !request.getOwner().equals(self)) {
      throw Failure.invalid(
          "owner",
          Shown.text(request.getOwner())
              + " (expected: "
              + (self.isEmpty() ? "none, this instance is alone" : self)
              + ")");
    }
    observer.onNext(take(request, behalf(request)));
    observer.onCompleted();
  }

  private static Caller behalf(HandOverRequest request) {
    var caller = Caller.current();
    for (var name : request.getPinsMap().keySet()) {
      if (Dimension.of(name).isEmpty()) {
        throw Failure.invalid("pins", Shown.text(name) + " (expected: the name of a dimension)");
      }
    }
    return new Caller(caller.keyId(), caller.roles(), caller.tenant(), request.getPinsMap());
  }

  private HandOverResponse take(HandOverRequest request, Caller caller) {
    var response = HandOverResponse.newBuilder();
    return switch (request.getItemsCase()) {
      case USAGE -> response.setUsage(usage.take(request.getUsage(), caller)).build();
      case OUTCOMES -> response.setOutcomes(facts.take(request.getOutcomes(), caller)).build();
      case DEPLOYMENTS ->
          response.setDeployments(facts.take(request.getDeployments(), caller)).build();
      case COSTS -> response.setCosts(facts.take(request.getCosts(), caller)).build();
      case BACKFILL -> response.setBackfill(usage.take(request.getBackfill(), caller)).build();
      case ITEMS_NOT_SET ->
          throw Failure.invalid(
              "items", "missing (expected: usage, backfill, outcomes, deployments or costs)");
    };
  }
}
