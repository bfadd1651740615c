package dev.tollgate.kernel.server;

import io.netty.util.HashedWheelTimer;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/// What a server does later: exactly in time, or on a coarse tick for next to nothing.
final class ServerClock implements AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(50);

  private final ScheduledThreadPoolExecutor exact;
  private final HashedWheelTimer coarse;

  ServerClock() {
    exact = new ScheduledThreadPoolExecutor(1, threads("server-clock"));
    // A deadline's task goes with its call, not when the deadline would have passed.
    exact.setRemoveOnCancelPolicy(true);
    coarse = new HashedWheelTimer(threads("server-wheel"), TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  ScheduledExecutorService exact() {
    return exact;
  }

  /// Up to a tick late. Neither this nor its cancellation takes a lock.
  HashedWheelTimer coarse() {
    return coarse;
  }

  @Override
  public void close() {
    exact.shutdownNow();
    coarse.stop();
  }

  private static ThreadFactory threads(String name) {
    return Thread.ofPlatform().daemon().name(name).factory();
  }
}
