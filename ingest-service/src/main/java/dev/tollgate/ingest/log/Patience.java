package dev.tollgate.ingest.log;

import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// How long a reader of the log goes on: for ever, until it is told to finish within a bound.
///
/// Safe for concurrent use. It stands in for interruption, which would close the log's files.
public final class Patience {
  private static final Duration PAUSE_MIN = Duration.ofMillis(100);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

  private final TimeSource time;
  private final CountDownLatch finishing = new CountDownLatch(1);
  private volatile long deadlineNanos;

  public Patience(TimeSource time) {
    this.time = time;
  }

  /// From now on only what can be done within the bound is done.
  public void finishWithin(Duration bound) {
    deadlineNanos = time.nanoTime() + bound.toNanos();
    finishing.countDown();
  }

  public boolean isFinishing() {
    return finishing.getCount() == 0;
  }

  /// Whether the bound is over.
  public boolean isOver() {
    return isFinishing() && time.nanoTime() - deadlineNanos >= 0;
  }

  /// Waits so long, or until it is to finish.
  public void rest(Duration duration) {
    try {
      var _ = finishing.await(duration.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits before the next attempt: longer with each failure, shortly while finishing.
  public void pause(int failures) {
    var pause = PAUSE_MIN.multipliedBy(1L << Math.min(failures - 1, 10));
    var millis = Math.min(pause.toMillis(), PAUSE_MAX.toMillis());
    try {
      if (isFinishing()) {
        Thread.sleep(PAUSE_MIN.toMillis());
      } else {
        var _ = finishing.await(millis, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
