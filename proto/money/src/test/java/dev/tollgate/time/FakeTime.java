package dev.tollgate.time;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.NullMarked;

/// A clock that a test turns by hand. Safe for concurrent use.
@NullMarked
public final class FakeTime implements TimeSource {
  private Instant now;
  private long nanos;

  public FakeTime(Instant start) {
    this.now = start;
  }

  public synchronized void advance(Duration by) {
    now = now.plus(by);
    nanos = Math.addExact(nanos, by.toNanos());
  }

  @Override
  public synchronized Instant now() {
    return now;
  }

  @Override
  public synchronized long nanoTime() {
    return nanos;
  }
}
