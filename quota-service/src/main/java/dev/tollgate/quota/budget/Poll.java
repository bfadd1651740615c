package dev.tollgate.quota.budget;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does something again and again, mostly to read what others may have written. Where that fails,
/// the log says so once, and the next turn tries again.
final class Poll implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Poll.class);

  private final String what;
  private final Duration every;
  private final Runnable refresh;
  private final ScheduledExecutorService poller;
  private boolean failing;

  Poll(String what, Duration every, Runnable refresh) {
    this.what = what;
    this.every = every;
    this.refresh = refresh;
    this.poller =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(what).factory());
  }

  void start() {
    var _ =
        poller.scheduleWithFixedDelay(
            this::turn, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void turn() {
    try {
      refresh.run();
      failing = false;
    } catch (RuntimeException e) {
      if (!failing && !poller.isShutdown()) {
        LOG.warn("{} are not followed; the last known ones stay in force", what, e);
      }
      failing = true;
    }
  }

  @Override
  public void close() {
    poller.shutdownNow();
  }
}
