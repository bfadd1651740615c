package dev.tollgate.quota.check;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.quota.answer.Answers;
import dev.tollgate.quota.hold.Tokens;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/// `CheckQuota` on the wire. Does not block.
public final class CheckQuotaRpc {
  private final Checks checks;
  private final CheckForm form;
  private final Tokens tokens;
  private final Counter allowed;
  private final Counter clamped;
  private final Counter unheld;
  private final Counter denied;

  public CheckQuotaRpc(Checks checks, InputBounds bounds, Tokens tokens, MeterRegistry meters) {
    this.checks = checks;
    this.form = new CheckForm(bounds);
    this.tokens = tokens;
    this.allowed = meters.counter("quota.decisions", "outcome", "allowed");
    this.clamped = meters.counter("quota.decisions", "outcome", "clamped");
    this.unheld = meters.counter("quota.decisions", "outcome", "unheld");
    this.denied = meters.counter("quota.decisions", "outcome", "denied");
  }

  public void checkQuota(CheckQuotaRequest request, StreamObserver<CheckQuotaResponse> observer) {
    var check = form.parse(request, Caller.current());
    Answers.send(checks.decide(check).thenApply(this::response), observer);
  }

  private CheckQuotaResponse response(Decision decision) {
    return switch (decision) {
      case Decision.Allowed yes -> {
        (yes.unheld() ? unheld : yes.clamped() ? clamped : allowed).increment();
        yield DecisionForm.allowed(yes, tokens.seal(yes.reservation()));
      }
      case Decision.Denied no -> {
        denied.increment();
        yield DecisionForm.denied(no);
      }
    };
  }
}
