package dev.tollgate.ingest.write;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Who keeps the writer from writing: a person, for a bounded time, or work on the ledger's tables.
/// Safe for concurrent use. A restart knows nothing of it.
public final class Pause {
  /// Something that the writer waits for.
  public interface Work<T> {
    T run();
  }

  private static final Duration RETRY = Duration.ofSeconds(1);

  private final TimeSource time;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Instant until;
  private int works;
  private int writing;

  public Pause(TimeSource time) {
    this.time = time;
  }

  /// Pauses until the instant, unless it is resumed before; waits, at most so long, until no insert
  /// is on its way. Moves the end of a pause that there is already.
  ///
  /// @throws Failure DEADLINE_EXCEEDED where an insert takes longer: the pause has begun
  public void until(Instant end, Duration patience) {
    lock.lock();
    try {
      until = end;
      awaitQuiet(patience);
    } finally {
      lock.unlock();
    }
  }

  /// Ends a person's pause; one that work needs goes on.
  public void resume() {
    lock.lock();
    try {
      until = null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Until when a person's pause lasts; empty where there is none.
  public Optional<Instant> pausedUntil() {
    lock.lock();
    try {
      return Optional.ofNullable(until).filter(end -> time.now().isBefore(end));
    } finally {
      lock.unlock();
    }
  }

  /// Runs the work while nothing is written.
  ///
  /// @throws Failure DEADLINE_EXCEEDED where an insert is on its way for longer than that: nothing
  ///   was done
  public <T> T during(Work<T> work, Duration patience) {
    begin(patience);
    try {
      return work.run();
    } finally {
      end();
    }
  }

  private void begin(Duration patience) {
    var begun = false;
    lock.lock();
    try {
      works++;
      awaitQuiet(patience);
      begun = true;
    } finally {
      lock.unlock();
      if (!begun) {
        end();
      }
    }
  }

  private void end() {
    lock.lock();
    try {
      works--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Says whether the writer may write a batch, which it then does until it leaves; waits a while
  /// for that.
  boolean enter(Duration patience) throws InterruptedException {
    lock.lock();
    try {
      var left = patience.toNanos();
      while (isPaused() && left > 0) {
        left = changed.awaitNanos(left);
      }
      if (isPaused()) {
        return false;
      }
      writing++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  void leave() {
    lock.lock();
    try {
      writing--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Whether the writer waits, for whatever reason.
  public boolean isPausedNow() {
    lock.lock();
    try {
      return isPaused();
    } finally {
      lock.unlock();
    }
  }

  private boolean isPaused() {
    return works > 0 || (until != null && time.now().isBefore(until));
  }

  private void awaitQuiet(Duration patience) {
    var left = patience.toNanos();
    try {
      while (writing > 0 && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw Failure.of(Reason.STOPPING, "this server is stopping");
    }
    if (writing > 0) {
      throw Failure.retryable(
          Reason.DEADLINE_EXCEEDED, "an insert is on its way for longer than " + patience, RETRY);
    }
  }
}
