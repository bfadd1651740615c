package dev.tollgate.ingest.share;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.proto.ingest.v1.AckLevel;
import dev.tollgate.proto.ingest.v1.HandOverRequest;
import dev.tollgate.proto.ingest.v1.HandOverResponse;
import dev.tollgate.proto.ingest.v1.HandoverServiceGrpc;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Another instance, which gets what it owns.
public final class Handover {
  private static final Duration RETRY = Duration.ofSeconds(1);

  /* An owner that restarts is back within that; one that is gone must not hold up a stream. */
  private static final long DURABLE_SECONDS = 10;
  private static final long STORED_SECONDS = 30;

  private final Peer peer;
  private final String target;

  Handover(Peer peer, String target) {
    this.peer = peer;
    this.target = target;
  }

  /// Done when it has answered. Fails with a retryable reason where it does not: then nobody knows
  /// whether it has taken them.
  ///
  /// @param request without its owner
  public CompletableFuture<HandOverResponse> send(String tenant, HandOverRequest.Builder request) {
    var answer = new CompletableFuture<HandOverResponse>();
    Futures.addCallback(
        HandoverServiceGrpc.newFutureStub(peer.channel(tenant))
            .withWaitForReady()
            .withDeadlineAfter(
                request.getUsage().getAckLevel() == AckLevel.ACK_LEVEL_STORED
                    ? STORED_SECONDS
                    : DURABLE_SECONDS,
                TimeUnit.SECONDS)
            .handOver(request.setOwner(target).build()),
        new FutureCallback<>() {
          @Override
          public void onSuccess(HandOverResponse response) {
            answer.complete(response);
          }

          @Override
          public void onFailure(Throwable failure) {
            answer.completeExceptionally(told(Status.fromThrowable(failure)));
          }
        },
        MoreExecutors.directExecutor());
    return answer;
  }

  private Failure told(Status status) {
    return switch (status.getCode()) {
      case RESOURCE_EXHAUSTED ->
          Failure.retryable(Reason.LOG_FULL, "the log of " + target + " is full", RETRY);
      case CANCELLED -> Failure.of(Reason.CANCELLED, "the caller no longer waits");
      case FAILED_PRECONDITION, UNIMPLEMENTED ->
          Failure.retryable(
              Reason.SERVICE_UNAVAILABLE,
              target + " owns some of it and does not agree: " + status.getDescription(),
              RETRY);
      default ->
          Failure.retryable(
              Reason.SERVICE_UNAVAILABLE,
              target + " owns some of it and does not answer: " + status.getCode(),
              RETRY);
    };
  }
}
