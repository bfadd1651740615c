package dev.tollgate.ingest;

import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for what other threads bring about.
public final class Await {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private Await() {}

  public static void until(String what, BooleanSupplier condition) {
    var start = TimeSource.SYSTEM.nanoTime();
    while (!condition.getAsBoolean()) {
      if (TimeSource.SYSTEM.nanoTime() - start > PATIENCE.toNanos()) {
        throw new AssertionError("not within " + PATIENCE + ": " + what);
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }
}
