package dev.tollgate.quota.budget;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads something anew twice a second. Where that fails, what was read before stays in force, and
/// the log says so once.
final class Poll implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Poll.class);
  private static final Duration EVERY = Duration.ofMillis(500);

  private final String what;
  private final Runnable refresh;
  private final ScheduledExecutorService poller;
  private boolean failing;

  Poll(String what, Runnable refresh) {
    this.what = what;
    this.refresh = refresh;
    this.poller =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(what).factory());
  }

  void start() {
    var _ =
        poller.scheduleWithFixedDelay(
            this::turn, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void turn() {
    try {
      refresh.run();
      failing = false;
    } catch (RuntimeException e) {
      if (!failing && !poller.isShutdown()) {
        LOG.warn("{} can't be read; the last known ones stay in force", what, e);
      }
      failing = true;
    }
  }

  @Override
  public void close() {
    poller.shutdownNow();
  }
}
