package dev.tollgate.query.admit;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// Bounds how many questions of one tenant run at once, so that no tenant fills the store for
/// others. Safe for concurrent use.
public final class Admission {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final int runningMax;
  private final ConcurrentHashMap<String, Integer> running = new ConcurrentHashMap<>();

  public Admission(int runningMax) {
    this.runningMax = runningMax;
  }

  /// Runs the work, or throws RATE_LIMITED where the tenant has enough running already.
  public <T> T run(String tenant, Supplier<T> work) {
    var now = running.merge(tenant, 1, Integer::sum);
    try {
      if (now > runningMax) {
        throw Failure.retryable(
            Reason.RATE_LIMITED,
            "The tenant has " + runningMax + " queries running already",
            RETRY_AFTER);
      }
      return work.get();
    } finally {
      running.compute(tenant, (id, count) -> count == null || count == 1 ? null : count - 1);
    }
  }
}
