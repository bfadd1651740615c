package dev.tollgate.kernel.server;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The streams in flight, so that a server that stops can end them.
final class OpenStreams implements ServerInterceptor {
  private final Set<ServerCall<?, ?>> calls = ConcurrentHashMap.newKeySet();

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (call.getMethodDescriptor().getType() == MethodType.UNARY) {
      return next.startCall(call, headers);
    }
    var handler = next.startCall(call, headers);
    // Only now: a call whose start threw hears nothing of its end, and would stay for ever.
    calls.add(call);
    return new SimpleForwardingServerCallListener<>(handler) {
      @Override
      public void onCancel() {
        calls.remove(call);
        super.onCancel();
      }

      @Override
      public void onComplete() {
        calls.remove(call);
        super.onComplete();
      }
    };
  }

  /// Ends them all with STOPPING.
  void end() {
    var stopping =
        Failure.of(Reason.STOPPING, "This server is stopping; another connection will work");
    for (var call : calls) {
      call.close(Status.UNAVAILABLE.withCause(stopping), new Metadata());
    }
  }
}
