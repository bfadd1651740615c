package dev.tollgate.quota.hold;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends holds that expired, every second, for every tenant, and has what they are charged written
/// down. Any number of instances may do it at once: a hold is charged by one.
public final class Sweep implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Holds holds;
  private final LapseBook book;
  private final Supplier<Set<String>> tenants;
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sweep").factory());
  private boolean failing;

  private Sweep(Holds holds, LapseBook book, Supplier<Set<String>> tenants) {
    this.holds = holds;
    this.book = book;
    this.tenants = tenants;
  }

  /// One that is told when to sweep.
  static Sweep by(Holds holds, LapseBook book) {
    return new Sweep(holds, book, Set::of);
  }

  /// Starts to sweep.
  public static Sweep start(Holds holds, LapseBook book, Supplier<Set<String>> tenants) {
    var sweep = new Sweep(holds, book, tenants);
    var _ =
        sweep.sweeper.scheduleWithFixedDelay(
            sweep::sweep, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    return sweep;
  }

  private void sweep() {
    try {
      for (var tenant : tenants.get()) {
        sweep(tenant);
      }
      failing = false;
    } catch (RuntimeException e) {
      if (!failing && !sweeper.isShutdown()) {
        LOG.warn("expired holds can't be charged now; the next sweep tries again", e);
      }
      failing = true;
    }
  }

  /// Ends all that are due of one tenant, and has all its lapses written down.
  void sweep(String tenant) {
    while (!sweeper.isShutdown() && holds.expire(tenant).join() > 0) {
      // Some are left, perhaps.
    }
    while (!sweeper.isShutdown()) {
      var lapses = holds.lapses(tenant).join();
      if (lapses.isEmpty()) {
        return;
      }
      book.append(tenant, lapses);
      holds.recorded(tenant, lapses.stream().map(Lapse::id).toList()).join();
    }
  }

  @Override
  public void close() {
    sweeper.shutdownNow();
  }
}
