package dev.tollgate.kernel.server;

import dev.tollgate.time.TimeSource;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// Times every call by method and status: `grpc.server.calls{method, code}`.
final class MetricsInterceptor implements ServerInterceptor {
  private static final int CODES = Status.Code.values().length;

  private final MeterRegistry meters;
  private final TimeSource time;
  private final ConcurrentMap<String, AtomicReferenceArray<Timer>> byMethod =
      new ConcurrentHashMap<>();

  MetricsInterceptor(MeterRegistry meters, TimeSource time) {
    this.meters = meters;
    this.time = time;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var timed = new Timed<>(call);
    return new SimpleForwardingServerCallListener<>(next.startCall(timed, headers)) {
      @Override
      public void onCancel() {
        timed.record(Status.Code.CANCELLED);
        super.onCancel();
      }
    };
  }

  /* A method that does not exist is counted under one name: callers must not make up tags. */
  private Timer timer(MethodDescriptor<?, ?> method, Status.Code code) {
    var name = method.getSchemaDescriptor() == null ? "unknown" : method.getFullMethodName();
    var byCode = byMethod.get(name);
    if (byCode == null) {
      byCode = byMethod.computeIfAbsent(name, _ -> new AtomicReferenceArray<>(CODES));
    }
    var timer = byCode.get(code.value());
    if (timer == null) {
      timer =
          Timer.builder("grpc.server.calls")
              .tag("method", name)
              .tag("code", code.name())
              .register(meters);
      byCode.set(code.value(), timer);
    }
    return timer;
  }

  private final class Timed<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final long start = time.nanoTime();
    private final AtomicBoolean recorded = new AtomicBoolean();

    Timed(ServerCall<Q, R> call) {
      super(call);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      record(status.getCode());
      super.close(status, trailers);
    }

    void record(Status.Code code) {
      if (recorded.compareAndSet(false, true)) {
        timer(getMethodDescriptor(), code).record(time.nanoTime() - start, TimeUnit.NANOSECONDS);
      }
    }
  }
}
