package dev.tollgate.kernel.server;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/// Ends every call that fails with the failure it threw, and everything else with BUG.
final class FailureInterceptor implements ServerInterceptor {
  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var ending = new EndingCall<>(call);
    try {
      return new Guard<>(next.startCall(ending, headers), ending);
    } catch (RuntimeException | Error thrown) {
      ending.fail(thrown);
      return new ServerCall.Listener<>() {};
    }
  }

  /* Once a callback has thrown, the handler hears nothing but the end of the call. */
  private static final class Guard<Q> extends SimpleForwardingServerCallListener<Q> {
    private final EndingCall<Q, ?> call;
    private boolean failed;

    Guard(ServerCall.Listener<Q> handler, EndingCall<Q, ?> call) {
      super(handler);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      if (message instanceof Refused refused) {
        run(() -> {
          throw refused.failure();
        });
      } else {
        run(() -> super.onMessage(message));
      }
    }

    @Override
    public void onHalfClose() {
      run(super::onHalfClose);
    }

    @Override
    public void onReady() {
      run(super::onReady);
    }

    @Override
    public void onCancel() {
      end(super::onCancel);
    }

    @Override
    public void onComplete() {
      end(super::onComplete);
    }

    private void run(Runnable callback) {
      if (failed) {
        return;
      }
      try {
        callback.run();
      } catch (RuntimeException | Error thrown) {
        failed = true;
        call.fail(thrown);
      }
    }

    private void end(Runnable callback) {
      try {
        callback.run();
      } catch (RuntimeException | Error thrown) {
        call.fail(thrown);
      }
    }
  }

  /// A request that can't be handed to its handler; stands where the request would.
  record Refused(Failure failure) {
    static Refused of(Reason reason, String message) {
      return new Refused(Failure.of(reason, message));
    }
  }
}
