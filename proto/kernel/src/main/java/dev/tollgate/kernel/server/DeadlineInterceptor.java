package dev.tollgate.kernel.server;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Gives a deadline to unary calls that come without one, and ends them when it passes.
final class DeadlineInterceptor implements ServerInterceptor {
  private final Duration deadline;
  private final ServerClock clock;
  private final CallThreads threads;

  DeadlineInterceptor(Duration deadline, ServerClock clock, CallThreads threads) {
    this.deadline = deadline;
    this.clock = clock;
    this.threads = threads;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var method = call.getMethodDescriptor();
    if (method.getType() != MethodType.UNARY || Context.current().getDeadline() != null) {
      return next.startCall(call, headers);
    }
    return threads.neverBlocks(method) ? coarse(call, headers, next) : exact(call, headers, next);
  }

  /* The handler sees the deadline, hands it on to whom it calls, and hears when it passes. */
  private <Q, R> ServerCall.Listener<Q> exact(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var context =
        Context.current()
            .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS, clock.exact());
    context.addListener(
        ended -> {
          if (ended.cancellationCause() instanceof TimeoutException) {
            end(call);
          }
        },
        Runnable::run);
    try {
      return new Ending<>(
          Contexts.interceptCall(context, call, headers, next), () -> context.cancel(null));
    } catch (RuntimeException | Error thrown) {
      context.cancel(null);
      throw thrown;
    }
  }

  /* A handler that never blocks hands nothing on; only what it answers too late is dropped. */
  private <Q, R> ServerCall.Listener<Q> coarse(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var handler = next.startCall(call, headers);
    var timeout =
        clock.coarse().newTimeout(_ -> end(call), deadline.toNanos(), TimeUnit.NANOSECONDS);
    return new Ending<>(handler, timeout::cancel);
  }

  private void end(ServerCall<?, ?> call) {
    call.close(
        Status.DEADLINE_EXCEEDED.withDescription("No answer within " + deadline), new Metadata());
  }

  private static final class Ending<Q> extends SimpleForwardingServerCallListener<Q> {
    private final Runnable ended;

    Ending(ServerCall.Listener<Q> handler, Runnable ended) {
      super(handler);
      this.ended = ended;
    }

    @Override
    public void onCancel() {
      try {
        super.onCancel();
      } finally {
        ended.run();
      }
    }

    @Override
    public void onComplete() {
      try {
        super.onComplete();
      } finally {
        ended.run();
      }
    }
  }
}
