package dev.tollgate.kernel.server;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.failure.Failures;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A call that ends once, from whichever thread comes first, and never with a bare status. What
/// comes after the end is dropped.
final class EndingCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
  private static final Logger LOG = LoggerFactory.getLogger(EndingCall.class);
  private static final String TOO_MANY_REQUESTS = "Too many requests";
  private static final String NO_REQUEST = "Half-closed without a request";

  private boolean ended;

  EndingCall(ServerCall<Q, R> call) {
    super(call);
  }

  @Override
  public synchronized void sendHeaders(Metadata headers) {
    if (!ended) {
      super.sendHeaders(headers);
    }
  }

  @Override
  public synchronized void sendMessage(R message) {
    if (!ended) {
      super.sendMessage(message);
    }
  }

  /// Ends the call with the failure; anything but a `Failure` is a bug.
  void fail(Throwable thrown) {
    close(Status.UNKNOWN.withCause(thrown), new Metadata());
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (status.isOk()) {
      end(status, trailers);
      return;
    }
    var exception = Failures.exception(failure(status));
    end(exception.getStatus(), Failures.trailers(exception));
  }

  private synchronized void end(Status status, Metadata trailers) {
    if (!ended) {
      ended = true;
      super.close(status, trailers);
    }
  }

  private Failure failure(Status status) {
    if (status.getCause() instanceof Failure failure) {
      return failure;
    }
    var description = String.valueOf(status.getDescription());
    if (description.equals(TOO_MANY_REQUESTS) || description.equals(NO_REQUEST)) {
      return Failure.of(Reason.BODY_INVALID, description + " (expected: exactly one)");
    }
    return switch (status.getCode()) {
      case UNIMPLEMENTED -> Failure.of(Reason.METHOD_UNKNOWN, description);
      case DEADLINE_EXCEEDED -> Failure.of(Reason.DEADLINE_EXCEEDED, description);
      case CANCELLED -> Failure.of(Reason.CANCELLED, description);
      case NOT_FOUND ->
          isHealth()
              ? Failure.of(Reason.ROUTE_UNKNOWN, "No such service here: its health is not known")
              : bug(status, status.getCause());
      default -> bug(status, status.getCause());
    };
  }

  /* Not one of ours: it answers with a bare status where the service asked for is not here. */
  private boolean isHealth() {
    return HealthGrpc.SERVICE_NAME.equals(getMethodDescriptor().getServiceName());
  }

  private Failure bug(Status status, @Nullable Throwable cause) {
    if (!isCancelled()) {
      LOG.error(
          "{} failed with {}",
          getMethodDescriptor().getFullMethodName(),
          status.getCode(),
          cause == null ? status.asException() : cause);
    }
    return Failure.of(Reason.BUG, "A defect of Tollgate; its log has the cause");
  }
}
