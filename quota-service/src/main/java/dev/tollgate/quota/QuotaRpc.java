package dev.tollgate.quota;

import dev.tollgate.kernel.server.NonBlocking;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.proto.quota.v1.CheckQuotaStreamRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaStreamResponse;
import dev.tollgate.proto.quota.v1.ExplainQuotaRequest;
import dev.tollgate.proto.quota.v1.ExplainQuotaResponse;
import dev.tollgate.proto.quota.v1.ExtendRequest;
import dev.tollgate.proto.quota.v1.ExtendResponse;
import dev.tollgate.proto.quota.v1.GetAllowanceRequest;
import dev.tollgate.proto.quota.v1.GetAllowanceResponse;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc.QuotaServiceImplBase;
import dev.tollgate.proto.quota.v1.ReleaseRequest;
import dev.tollgate.proto.quota.v1.ReleaseResponse;
import dev.tollgate.proto.quota.v1.SettleRequest;
import dev.tollgate.proto.quota.v1.SettleResponse;
import dev.tollgate.quota.check.CheckQuotaRpc;
import dev.tollgate.quota.check.CheckQuotaStreamRpc;
import dev.tollgate.quota.check.ExplainRpc;
import dev.tollgate.quota.settle.SettleRpc;
import io.grpc.MethodDescriptor;
import io.grpc.stub.StreamObserver;
import java.util.Set;

/// `QuotaService` on the wire: each verb where it belongs. None blocks.
final class QuotaRpc extends QuotaServiceImplBase implements NonBlocking {
  private final CheckQuotaRpc checks;
  private final ExplainRpc explanations;
  private final SettleRpc settlements;

  QuotaRpc(CheckQuotaRpc checks, ExplainRpc explanations, SettleRpc settlements) {
    this.checks = checks;
    this.explanations = explanations;
    this.settlements = settlements;
  }

  @Override
  public Set<MethodDescriptor<?, ?>> nonBlocking() {
    return Set.of(
        QuotaServiceGrpc.getCheckQuotaMethod(),
        QuotaServiceGrpc.getSettleMethod(),
        QuotaServiceGrpc.getReleaseMethod(),
        QuotaServiceGrpc.getExtendMethod(),
        QuotaServiceGrpc.getExplainQuotaMethod(),
        QuotaServiceGrpc.getGetAllowanceMethod(),
        QuotaServiceGrpc.getCheckQuotaStreamMethod());
  }

  @Override
  public void checkQuota(CheckQuotaRequest request, StreamObserver<CheckQuotaResponse> observer) {
    checks.checkQuota(request, observer);
  }

  @Override
  public void settle(SettleRequest request, StreamObserver<SettleResponse> observer) {
    settlements.settle(request, observer);
  }

  @Override
  public void release(ReleaseRequest request, StreamObserver<ReleaseResponse> observer) {
    settlements.release(request, observer);
  }

  @Override
  public StreamObserver<CheckQuotaStreamRequest> checkQuotaStream(
      StreamObserver<CheckQuotaStreamResponse> observer) {
    return CheckQuotaStreamRpc.open(this, observer);
  }

  @Override
  public void extend(ExtendRequest request, StreamObserver<ExtendResponse> observer) {
    settlements.extend(request, observer);
  }

  @Override
  public void explainQuota(
      ExplainQuotaRequest request, StreamObserver<ExplainQuotaResponse> observer) {
    explanations.explainQuota(request, observer);
  }

  @Override
  public void getAllowance(
      GetAllowanceRequest request, StreamObserver<GetAllowanceResponse> observer) {
    explanations.getAllowance(request, observer);
  }
}
