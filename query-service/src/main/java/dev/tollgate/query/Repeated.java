package dev.tollgate.query;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Work that is done again and again on a thread of its own, until it is closed. That it fails is
/// said when it begins to fail; the next time it is tried again.
final class Repeated implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Repeated.class);
  private static final long CLOSE_SECONDS = 5;

  private final String name;
  private final Runnable work;
  private final ScheduledExecutorService clock;
  private boolean failing;

  private Repeated(String name, Runnable work, ScheduledExecutorService clock) {
    this.name = name;
    this.work = work;
    this.clock = clock;
  }

  /// @param every how long after an end the next beginning is
  static Repeated start(String name, Duration every, Runnable work) {
    var clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("query-" + name).factory());
    var repeated = new Repeated(name, work, clock);
    var millis = every.toMillis();
    var _ = clock.scheduleWithFixedDelay(repeated::once, millis, millis, TimeUnit.MILLISECONDS);
    return repeated;
  }

  private void once() {
    try {
      work.run();
      failing = false;
    } catch (RuntimeException failed) {
      if (!failing && !clock.isShutdown()) {
        LOG.warn("{}: failed, and will be tried again", name, failed);
      }
      failing = true;
    }
  }

  /// Waits a moment for what is being done.
  @Override
  public void close() {
    clock.shutdown();
    try {
      if (!clock.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        clock.shutdownNow();
      }
    } catch (InterruptedException interrupted) {
      clock.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
