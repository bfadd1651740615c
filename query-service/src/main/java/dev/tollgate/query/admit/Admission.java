package dev.tollgate.query.admit;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Lets few questions of one tenant run at once, and the others of that tenant wait for their turn,
/// so that no tenant fills the store for others. Blocks; safe for concurrent use.
public final class Admission {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final int runningMax;
  private final int waitingMax;
  private final Duration patience;
  private final ConcurrentHashMap<String, Turns> tenants = new ConcurrentHashMap<>();

  /// @param patience how long a question waits at most
  public Admission(int runningMax, int waitingMax, Duration patience) {
    this.runningMax = runningMax;
    this.waitingMax = waitingMax;
    this.patience = patience;
  }

  /* Of one tenant, while it has questions. */
  private record Turns(Semaphore free, int asking) {}

  /// Runs the work when it is its turn, or throws RATE_LIMITED where too many wait before it or it
  /// waited for too long.
  public <T> T run(String tenant, Supplier<T> work) {
    var turns = enter(tenant);
    try {
      if (turns.asking() > runningMax + waitingMax) {
        throw refused("The tenant has " + waitingMax + " questions waiting already");
      }
      await(turns.free());
      try {
        return work.get();
      } finally {
        turns.free().release();
      }
    } finally {
      tenants.computeIfPresent(
          tenant, (id, now) -> now.asking() == 1 ? null : new Turns(now.free(), now.asking() - 1));
    }
  }

  private Turns enter(String tenant) {
    return tenants.merge(
        tenant,
        new Turns(new Semaphore(runningMax, true), 1),
        (now, first) -> new Turns(now.free(), now.asking() + 1));
  }

  private void await(Semaphore free) {
    try {
      if (!free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        throw refused(
            "%d other questions of the tenant ran for %s".formatted(runningMax, patience));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw Failure.of(Reason.STOPPING, "The service is stopping");
    }
  }

  private static Failure refused(String why) {
    return Failure.retryable(Reason.RATE_LIMITED, why, RETRY_AFTER);
  }
}
