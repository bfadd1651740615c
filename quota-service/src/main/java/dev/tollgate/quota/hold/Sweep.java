package dev.tollgate.quota.hold;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Charges holds that expired, every second, for every tenant. Any number of instances may do it at
/// once: a hold is charged by one.
public final class Sweep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Holds holds;
  private final Supplier<Set<String>> tenants;
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sweep").factory());
  private boolean failing;

  private Sweep(Holds holds, Supplier<Set<String>> tenants) {
    this.holds = holds;
    this.tenants = tenants;
  }

  /// Starts to sweep.
  public static Sweep start(Holds holds, Supplier<Set<String>> tenants) {
    var sweep = new Sweep(holds, tenants);
    var _ =
        sweep.sweeper.scheduleWithFixedDelay(
            sweep::sweep, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    return sweep;
  }

  private void sweep() {
    try {
      for (var tenant : tenants.get()) {
        while (holds.expire(tenant).join() > 0) {
          if (sweeper.isShutdown()) {
            return;
          }
        }
      }
      failing = false;
    } catch (RuntimeException e) {
      if (!failing && !sweeper.isShutdown()) {
        LOG.warn("expired holds can't be charged now; the next sweep tries again", e);
      }
      failing = true;
    }
  }

  @Override
  public void close() {
    sweeper.shutdownNow();
  }
}
