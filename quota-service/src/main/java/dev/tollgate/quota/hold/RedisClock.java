package dev.tollgate.quota.hold;

import dev.tollgate.time.TimeSource;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/// What Redis's clock shows: the last time that it told, moved on by our monotonic clock.
final class RedisClock {
  private final TimeSource time;
  private volatile long offsetNanos;

  RedisClock(TimeSource time) {
    this.time = time;
  }

  Instant now() {
    return Instant.ofEpochMilli(nowMillis());
  }

  long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(time.nanoTime() + offsetNanos);
  }

  /// Takes note of what an answer told.
  Instant told(long millis) {
    offsetNanos = TimeUnit.MILLISECONDS.toNanos(millis) - time.nanoTime();
    return Instant.ofEpochMilli(millis);
  }
}
