package dev.tollgate.client.meter;

import com.google.protobuf.Any;
import dev.tollgate.client.FakeIngest;
import dev.tollgate.proto.quota.v1.Allowed;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.proto.quota.v1.Denied;
import dev.tollgate.proto.quota.v1.ExtendRequest;
import dev.tollgate.proto.quota.v1.ExtendResponse;
import dev.tollgate.proto.quota.v1.GetAllowanceRequest;
import dev.tollgate.proto.quota.v1.GetAllowanceResponse;
import dev.tollgate.proto.quota.v1.QuotaServiceGrpc.QuotaServiceImplBase;
import dev.tollgate.proto.quota.v1.ReleaseRequest;
import dev.tollgate.proto.quota.v1.ReleaseResponse;
import dev.tollgate.proto.quota.v1.SettleRequest;
import dev.tollgate.proto.quota.v1.SettleResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.NullMarked;

/// Quota as a test wants it; remembers what it was asked.
@NullMarked
public final class FakeQuota extends QuotaServiceImplBase {
  /// Answers a check, now or later.
  public interface Plan {
    void answer(CheckQuotaRequest request, StreamObserver<CheckQuotaResponse> answer);
  }

  final BlockingQueue<CheckQuotaRequest> checks = new LinkedBlockingQueue<>();
  final BlockingQueue<SettleRequest> settlements = new LinkedBlockingQueue<>();
  final BlockingQueue<ReleaseRequest> releases = new LinkedBlockingQueue<>();
  final BlockingQueue<ExtendRequest> extensions = new LinkedBlockingQueue<>();
  final BlockingQueue<GetAllowanceRequest> allowances = new LinkedBlockingQueue<>();
  private final Plan plan;

  public FakeQuota(Plan plan) {
    this.plan = plan;
  }

  /// Allows all that is asked.
  public static FakeQuota allowing() {
    return new FakeQuota((request, answer) -> answer(answer, allowed(request)));
  }

  static FakeQuota failing(Status.Code code, String reason, Any... more) {
    return new FakeQuota((_, answer) -> answer.onError(FakeIngest.failure(code, reason, more)));
  }

  static CheckQuotaResponse allowed(CheckQuotaRequest request) {
    return allowed(request, request.getMaxOutputTokens());
  }

  static CheckQuotaResponse allowed(CheckQuotaRequest request, long maxOutputTokens) {
    return CheckQuotaResponse.newBuilder()
        .setAllowed(
            Allowed.newBuilder()
                .setReservationId("r-" + request.getRequestId())
                .setMaxOutputTokens(maxOutputTokens)
                .setClamped(maxOutputTokens < request.getMaxOutputTokens()))
        .build();
  }

  public static CheckQuotaResponse denied(Denied denied) {
    return CheckQuotaResponse.newBuilder().setDenied(denied).build();
  }

  public static <T> void answer(StreamObserver<T> observer, T answer) {
    observer.onNext(answer);
    observer.onCompleted();
  }

  @Override
  public void checkQuota(CheckQuotaRequest request, StreamObserver<CheckQuotaResponse> observer) {
    checks.add(request);
    plan.answer(request, observer);
  }

  @Override
  public void settle(SettleRequest request, StreamObserver<SettleResponse> observer) {
    settlements.add(request);
    answer(observer, SettleResponse.getDefaultInstance());
  }

  @Override
  public void release(ReleaseRequest request, StreamObserver<ReleaseResponse> observer) {
    releases.add(request);
    answer(observer, ReleaseResponse.getDefaultInstance());
  }

  @Override
  public void extend(ExtendRequest request, StreamObserver<ExtendResponse> observer) {
    extensions.add(request);
    answer(observer, ExtendResponse.getDefaultInstance());
  }

  @Override
  public void getAllowance(
      GetAllowanceRequest request, StreamObserver<GetAllowanceResponse> observer) {
    allowances.add(request);
    answer(observer, GetAllowanceResponse.getDefaultInstance());
  }
}
