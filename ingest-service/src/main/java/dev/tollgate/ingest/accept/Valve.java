package dev.tollgate.ingest.accept;

import dev.tollgate.ingest.log.Patience;
import dev.tollgate.ingest.log.SegmentLog;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Whether streams are asked for more usage: not while the log is nearly full. Safe for concurrent
/// use.
final class Valve {
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  private final SegmentLog log;
  private final Patience patience;
  private final List<Runnable> waiting = new ArrayList<>();
  private boolean isWatched;

  Valve(SegmentLog log, TimeSource time) {
    this.log = log;
    this.patience = new Patience(time);
  }

  boolean isOpen() {
    return !log.isNearlyFull();
  }

  /// Has it run, once, when there is room again.
  void whenOpen(Runnable next) {
    synchronized (this) {
      waiting.add(next);
      if (isWatched) {
        return;
      }
      isWatched = true;
    }
    Thread.ofVirtual().name("ingest-valve").start(this::watch);
  }

  /// How many wait.
  synchronized int size() {
    return waiting.size();
  }

  /// Nobody waits any more.
  void stop() {
    patience.finishWithin(Duration.ZERO);
  }

  private void watch() {
    while (!patience.isFinishing()) {
      patience.rest(LOOK_EVERY);
      if (!log.measureNearlyFull()) {
        drain().forEach(Runnable::run);
        return;
      }
    }
  }

  private synchronized List<Runnable> drain() {
    var all = List.copyOf(waiting);
    waiting.clear();
    isWatched = false;
    return all;
  }
}
