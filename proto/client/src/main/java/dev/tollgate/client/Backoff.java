package dev.tollgate.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait before the next attempt: doubling, bounded, spread so that many clients do not
/// come back at once.
record Backoff(Duration min, Duration max, RandomGenerator random) {
  /// The pause after so many failures in a row, at least 1.
  Duration after(int failures) {
    var nanos = min.toNanos() << Math.min(failures - 1, 20);
    var bounded = nanos < min.toNanos() ? max.toNanos() : Math.min(nanos, max.toNanos());
    return Duration.ofNanos(bounded / 2 + random.nextLong(bounded / 2 + 1));
  }

  /// At least what the server asked for, spread over a quarter more.
  Duration atLeast(Duration asked) {
    return asked.plusNanos(random.nextLong(asked.toNanos() / 4 + 1));
  }
}
