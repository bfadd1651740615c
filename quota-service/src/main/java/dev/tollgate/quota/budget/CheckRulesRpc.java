package dev.tollgate.quota.budget;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.budget.v1.GetCheckRulesResponse;
import dev.tollgate.proto.budget.v1.UpdateCheckRulesRequest;
import dev.tollgate.proto.budget.v1.UpdateCheckRulesResponse;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.Map;

/// `GetCheckRules` and `UpdateCheckRules` on the wire. Blocks.
public final class CheckRulesRpc {
  private final TenantRules rules;

  public CheckRulesRpc(TenantRules rules) {
    this.rules = rules;
  }

  void getCheckRules(StreamObserver<GetCheckRulesResponse> observer) {
    rules.refresh();
    var known = rules.of(Caller.current().tenant());
    observer.onNext(
        GetCheckRulesResponse.newBuilder().setCheckRules(CheckRulesForm.print(known)).build());
    observer.onCompleted();
  }

  void updateCheckRules(
      UpdateCheckRulesRequest request, StreamObserver<UpdateCheckRulesResponse> observer) {
    var caller = Caller.current();
    var fields = new Fields();
    var wanted = CheckRulesForm.parse(fields, request.getCheckRules(), Instant.EPOCH);
    fields.check();
    if (!caller.administers(Map.of())) {
      throw Failure.of(
          Reason.DIMENSION_FORBIDDEN,
          "check_rules: they bind the whole tenant (expected: a credential that pins nothing; this"
              + " one pins "
              + caller.pins()
              + ")");
    }
    var written = rules.update(caller.tenant(), wanted, caller.keyId());
    observer.onNext(
        UpdateCheckRulesResponse.newBuilder().setCheckRules(CheckRulesForm.print(written)).build());
    observer.onCompleted();
  }
}
