package dev.tollgate.testkit;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.tollgate.failure.Reason;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test in which a call failed without saying why, as every failure must: exactly one
/// ErrorInfo of ours, whose reason belongs to the status, and the fields where they are at fault.
///
/// Register it with `@RegisterExtension` and put it on the channel.
public final class Conformance implements ClientInterceptor, AfterEachCallback {
  private static final String DOMAIN = "tollgate.dev";

  private final Queue<String> breaches = new ConcurrentLinkedQueue<>();

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      private volatile boolean cancelled;

      @Override
      public void start(Listener<R> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                if (!cancelled && !isLocal(status, options)) {
                  breach(status, trailers)
                      .ifPresent(what -> breaches.add(method.getFullMethodName() + ": " + what));
                }
                super.onClose(status, trailers);
              }
            },
            headers);
      }

      @Override
      public void cancel(@Nullable String message, @Nullable Throwable cause) {
        cancelled = true;
        super.cancel(message, cause);
      }
    };
  }

  /// What the calls of this test did wrong so far.
  public List<String> breaches() {
    return List.copyOf(breaches);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    failOnBreaches();
  }

  void failOnBreaches() {
    var found = breaches();
    breaches.clear();
    if (!found.isEmpty()) {
      throw new AssertionError("failures that do not say why: " + String.join("; ", found));
    }
  }

  /// A deadline that passes is noticed on this side first, mostly: no server wrote that status.
  private static boolean isLocal(Status status, CallOptions options) {
    var deadline = options.getDeadline();
    return status.getCode() == Status.Code.DEADLINE_EXCEEDED
        && deadline != null
        && deadline.isExpired();
  }

  private static Optional<String> breach(Status status, Metadata trailers) {
    if (status.isOk()) {
      return Optional.empty();
    }
    var details = StatusProto.fromStatusAndTrailers(status, trailers).getDetailsList();
    var infos = details.stream().filter(detail -> detail.is(ErrorInfo.class)).toList();
    if (infos.size() != 1) {
      return Optional.of(status + " with " + infos.size() + " ErrorInfo (expected: 1)");
    }
    try {
      var info = infos.getFirst().unpack(ErrorInfo.class);
      var reason = reason(info.getReason());
      if (!info.getDomain().equals(DOMAIN) || reason.isEmpty()) {
        return Optional.of(info.getDomain() + "/" + info.getReason() + " (expected: one of ours)");
      }
      if (!reason.get().code().name().equals(status.getCode().name())) {
        return Optional.of(status + " for " + reason.get() + " (expected: its own status)");
      }
      var fields = details.stream().anyMatch(detail -> detail.is(BadRequest.class));
      return reason.get() == Reason.FIELD_INVALID && !fields
          ? Optional.of(status + " without BadRequest (expected: the fields)")
          : Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      return Optional.of(status + " with details that do not parse");
    }
  }

  private static Optional<Reason> reason(String name) {
    return Arrays.stream(Reason.values()).filter(reason -> reason.name().equals(name)).findFirst();
  }
}
