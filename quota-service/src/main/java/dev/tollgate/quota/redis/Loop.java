package dev.tollgate.quota.redis;

import java.time.Duration;
import java.util.concurrent.Executor;

/// One thread that runs what it is handed in turn: an event loop.
interface Loop extends Executor {
  /// Whether this is its thread.
  boolean isCurrent();

  void later(Duration delay, Runnable task);
}
