package dev.tollgate.client;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.IngestServiceGrpc.IngestServiceImplBase;
import dev.tollgate.proto.ingest.v1.StreamUsageRequest;
import dev.tollgate.proto.ingest.v1.StreamUsageResponse;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.NullMarked;

/// Ingest as a set of ids, which a test makes misbehave.
@NullMarked
public final class FakeIngest extends IngestServiceImplBase {
  /// What happens to one request.
  public enum Fate {
    /// Counted and answered.
    SERVED,
    /// Counted; the connection breaks before the answer.
    CUT_AFTER,
    /// The connection breaks before it is counted.
    CUT_BEFORE,
    /// Counted; only a later request is answered.
    SKIPPED,
    /// Never counted, never answered.
    IGNORED,
    LOG_FULL,
    FORBIDDEN,
    UNKNOWN_KEY,
    BROKEN
  }

  /// Decides; called once per request, not concurrently.
  public interface Plan {
    Fate of(StreamUsageRequest request);
  }

  private final Plan plan;
  private final Set<String> counted = new HashSet<>();
  public final List<StreamUsageRequest> requests = new CopyOnWriteArrayList<>();
  public final List<Long> arrivals = new CopyOnWriteArrayList<>();

  public FakeIngest(Plan plan) {
    this.plan = plan;
  }

  public synchronized Set<String> counted() {
    return Set.copyOf(counted);
  }

  /// Every event that was counted, in that order: each once.
  public List<UsageEvent> events() {
    var seen = new HashSet<String>();
    return requests.stream()
        .flatMap(request -> request.getEventsList().stream())
        .filter(event -> counted().contains(event.getEventId()) && seen.add(event.getEventId()))
        .toList();
  }

  public static Throwable failure(Status.Code code, String reason, Any... more) {
    var info = ErrorInfo.newBuilder().setReason(reason).setDomain("tollgate.dev").build();
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(code.value())
            .setMessage("as the test wants it")
            .addDetails(Any.pack(info))
            .addAllDetails(List.of(more))
            .build());
  }

  public static Any retryAfterMillis(int millis) {
    var delay = Duration.newBuilder().setNanos(millis * 1_000_000).build();
    return Any.pack(RetryInfo.newBuilder().setRetryDelay(delay).build());
  }

  @Override
  public StreamObserver<StreamUsageRequest> streamUsage(
      StreamObserver<StreamUsageResponse> responses) {
    return new StreamObserver<>() {
      private boolean over;
      private long last;

      @Override
      public void onNext(StreamUsageRequest request) {
        synchronized (FakeIngest.this) {
          if (!over) {
            if (request.getSequence() != ++last) {
              fail(Status.Code.INVALID_ARGUMENT, "FIELD_INVALID");
              return;
            }
            requests.add(request);
            arrivals.add(System.nanoTime());
            handle(request);
          }
        }
      }

      private void handle(StreamUsageRequest request) {
        switch (plan.of(request)) {
          case SERVED -> responses.onNext(count(request));
          case SKIPPED -> count(request);
          case IGNORED -> {}
          case CUT_AFTER -> {
            count(request);
            fail(Status.Code.UNAVAILABLE, "STOPPING");
          }
          case CUT_BEFORE -> fail(Status.Code.UNAVAILABLE, "STOPPING");
          case LOG_FULL -> fail(Status.Code.RESOURCE_EXHAUSTED, "LOG_FULL", retryAfterMillis(400));
          case FORBIDDEN -> fail(Status.Code.PERMISSION_DENIED, "ROLE_FORBIDDEN");
          case UNKNOWN_KEY -> fail(Status.Code.UNAUTHENTICATED, "CREDENTIALS_INVALID");
          case BROKEN -> fail(Status.Code.INTERNAL, "BUG");
        }
      }

      private void fail(Status.Code code, String reason, Any... more) {
        over = true;
        responses.onError(failure(code, reason, more));
      }

      @Override
      public void onError(Throwable cancelled) {}

      @Override
      public void onCompleted() {
        synchronized (FakeIngest.this) {
          if (!over) {
            responses.onCompleted();
          }
        }
      }
    };
  }

  private StreamUsageResponse count(StreamUsageRequest request) {
    var response = StreamUsageResponse.newBuilder().setAckedSequence(request.getSequence());
    for (var event : request.getEventsList()) {
      var status =
          counted.add(event.getEventId())
              ? EventStatus.EVENT_STATUS_ACCEPTED
              : EventStatus.EVENT_STATUS_DUPLICATE;
      response.addResults(
          EventResult.newBuilder().setEventId(event.getEventId()).setStatus(status));
    }
    return response.build();
  }
}
