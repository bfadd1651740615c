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
  private final Policies policies;
  private final Binding binding;

  public CheckRulesRpc(Policies policies, Binding binding) {
    this.policies = policies;
    this.binding = binding;
  }

  void getCheckRules(StreamObserver<GetCheckRulesResponse> observer) {
    policies.refresh();
    var known = policies.of(Caller.current().tenant()).rules();
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
    var written = update(caller.tenant(), wanted, caller.keyId());
    binding.await(caller.tenant());
    observer.onNext(
        UpdateCheckRulesResponse.newBuilder().setCheckRules(CheckRulesForm.print(written)).build());
    observer.onCompleted();
  }

  /* Writes rules on top of the version that they name, or finds that they were. */
  private CheckRules update(String tenant, CheckRules wanted, String actor) {
    policies.refresh();
    var known = policies.of(tenant).rules();
    if (known.areWritten(wanted)) {
      return known;
    }
    policies.write(tenant, Policies.RULES, wanted.version(), CheckRulesForm.json(wanted), actor);
    return policies.of(tenant).rules();
  }
}
