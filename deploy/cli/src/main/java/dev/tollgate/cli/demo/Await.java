package dev.tollgate.cli.demo;

import dev.tollgate.cli.standalone.Problem;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for something that is promised soon, and not for ever.
final class Await {
  private static final Duration PAUSE = Duration.ofMillis(50);

  private Await() {}

  /// Returns when the condition holds.
  ///
  /// @param what is awaited, for the message
  static void until(TimeSource time, Duration patience, String what, BooleanSupplier condition) {
    var start = time.nanoTime();
    while (!condition.getAsBoolean()) {
      if (time.nanoTime() - start > patience.toNanos()) {
        throw new Problem(
            "waited "
                + patience.toSeconds()
                + " s in vain for "
                + what
                + ": see tollgate.log in the data directory");
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
