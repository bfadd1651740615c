package dev.tollgate.kernel.peer;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A server stream that is kept open: when it ends, it is opened again, after a pause that doubles
/// from 100 ms to 5 s while nothing arrives. Messages are handed over one at a time.
public final class Watch<Q, R> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
  private static final long PAUSE_MILLIS_MIN = 100;
  private static final long PAUSE_MILLIS_MAX = 5_000;

  private final Channel channel;
  private final MethodDescriptor<Q, R> method;
  private final Q request;
  private final Consumer<R> sink;
  private final ScheduledExecutorService scheduler;
  private @Nullable ClientCall<Q, R> call;
  private boolean closed;
  private long pauseMillis = PAUSE_MILLIS_MIN;
  private volatile boolean connected;

  private Watch(Channel channel, MethodDescriptor<Q, R> method, Q request, Consumer<R> sink) {
    this.channel = channel;
    this.method = method;
    this.request = request;
    this.sink = sink;
    this.scheduler =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("watch-" + method.getBareMethodName()).factory());
  }

  /// Starts to watch; does not wait for the first message.
  public static <Q, R> Watch<Q, R> open(
      Channel channel, MethodDescriptor<Q, R> method, Q request, Consumer<R> sink) {
    var watch = new Watch<>(channel, method, request, sink);
    watch.scheduler.execute(watch::connect);
    return watch;
  }

  /// Whether the stream is open and has brought at least one message since it was opened.
  public boolean connected() {
    return connected;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (call != null) {
      call.cancel("closed", null);
    }
    scheduler.shutdown();
  }

  private synchronized void connect() {
    if (closed) {
      return;
    }
    call = channel.newCall(method, CallOptions.DEFAULT);
    call.start(new Listener(call), new Metadata());
    call.sendMessage(request);
    call.halfClose();
    call.request(1);
  }

  private synchronized void reconnect(Status status) {
    connected = false;
    if (closed) {
      return;
    }
    LOG.info("{} ended: {}; again in {} ms", method.getFullMethodName(), status, pauseMillis);
    var _ = scheduler.schedule(this::connect, pauseMillis, TimeUnit.MILLISECONDS);
    pauseMillis = Math.min(2 * pauseMillis, PAUSE_MILLIS_MAX);
  }

  private synchronized void received() {
    connected = true;
    pauseMillis = PAUSE_MILLIS_MIN;
  }

  private final class Listener extends ClientCall.Listener<R> {
    private final ClientCall<Q, R> own;

    Listener(ClientCall<Q, R> own) {
      this.own = own;
    }

    @Override
    public void onMessage(R message) {
      sink.accept(message);
      received();
      own.request(1);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      reconnect(status);
    }
  }
}
