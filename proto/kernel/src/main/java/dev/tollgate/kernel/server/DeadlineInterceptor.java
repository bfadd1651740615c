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
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Gives a deadline to unary calls that come without one, and ends them when it passes.
final class DeadlineInterceptor implements ServerInterceptor {
  private final Duration deadline;
  private final ScheduledExecutorService scheduler;

  DeadlineInterceptor(Duration deadline, ScheduledExecutorService scheduler) {
    this.deadline = deadline;
    this.scheduler = scheduler;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (call.getMethodDescriptor().getType() != MethodType.UNARY
        || Context.current().getDeadline() != null) {
      return next.startCall(call, headers);
    }
    var context =
        Context.current().withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS, scheduler);
    context.addListener(
        ended -> {
          if (ended.cancellationCause() instanceof TimeoutException) {
            call.close(
                Status.DEADLINE_EXCEEDED.withDescription("No answer within " + deadline),
                new Metadata());
          }
        },
        Runnable::run);
    try {
      return new Ending<>(Contexts.interceptCall(context, call, headers, next), context);
    } catch (RuntimeException | Error thrown) {
      context.cancel(null);
      throw thrown;
    }
  }

  private static final class Ending<Q> extends SimpleForwardingServerCallListener<Q> {
    private final Context.CancellableContext context;

    Ending(ServerCall.Listener<Q> handler, Context.CancellableContext context) {
      super(handler);
      this.context = context;
    }

    @Override
    public void onCancel() {
      try {
        super.onCancel();
      } finally {
        context.cancel(null);
      }
    }

    @Override
    public void onComplete() {
      try {
        super.onComplete();
      } finally {
        context.cancel(null);
      }
    }
  }
}
