package dev.tollgate.ingest.attribute;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.ingest.v1.AttributionServiceGrpc.AttributionServiceImplBase;
import dev.tollgate.proto.ingest.v1.DeleteAttributionRuleRequest;
import dev.tollgate.proto.ingest.v1.DeleteAttributionRuleResponse;
import dev.tollgate.proto.ingest.v1.ListAttributionRulesRequest;
import dev.tollgate.proto.ingest.v1.ListAttributionRulesResponse;
import dev.tollgate.proto.ingest.v1.PutAttributionRuleRequest;
import dev.tollgate.proto.ingest.v1.PutAttributionRuleResponse;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.Map;

/// `AttributionService` on the wire. Blocks.
public final class AttributionRpc extends AttributionServiceImplBase {
  private final AttributionRules rules;

  public AttributionRpc(AttributionRules rules) {
    this.rules = rules;
  }

  @Override
  public void putAttributionRule(
      PutAttributionRuleRequest request, StreamObserver<PutAttributionRuleResponse> observer) {
    var fields = new Fields();
    var wanted = AttributionRuleForm.parse(fields, request.getRule(), Instant.EPOCH);
    fields.check();
    var caller = unpinned();
    var written = rules.put(caller.tenant(), wanted, caller.keyId());
    observer.onNext(
        PutAttributionRuleResponse.newBuilder()
            .setRule(AttributionRuleForm.print(written))
            .build());
    observer.onCompleted();
  }

  @Override
  public void listAttributionRules(
      ListAttributionRulesRequest request, StreamObserver<ListAttributionRulesResponse> observer) {
    var response = ListAttributionRulesResponse.newBuilder();
    for (var rule : rules.list(unpinned().tenant())) {
      response.addRules(AttributionRuleForm.print(rule));
    }
    observer.onNext(response.build());
    observer.onCompleted();
  }

  @Override
  public void deleteAttributionRule(
      DeleteAttributionRuleRequest request,
      StreamObserver<DeleteAttributionRuleResponse> observer) {
    var fields = new Fields();
    AttributionRuleForm.id(fields, "rule_id", request.getRuleId());
    var version = fields.count("version", request.getVersion(), 1, AttributionRuleForm.VERSION_MAX);
    fields.check();
    var caller = unpinned();
    rules.delete(caller.tenant(), request.getRuleId(), version, caller.keyId());
    observer.onNext(DeleteAttributionRuleResponse.getDefaultInstance());
    observer.onCompleted();
  }

  private static Caller unpinned() {
    var caller = Caller.current();
    if (!caller.administers(Map.of())) {
      throw Failure.of(
          Reason.DIMENSION_FORBIDDEN,
          "rule: it binds the whole tenant (expected: a credential that pins nothing; this one pins "
              + caller.pins()
              + ")");
    }
    return caller;
  }
}
