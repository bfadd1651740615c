package dev.tollgate.ingest.log;

import java.util.concurrent.locks.ReentrantLock;

/// How far the log is fsynced, for those who wait for more.
final class Durable {
  private final ReentrantLock lock = new ReentrantLock();
  private final java.util.concurrent.locks.Condition advanced = lock.newCondition();
  private long position;
  private boolean closed;

  Durable(long position) {
    this.position = position;
  }

  long position() {
    lock.lock();
    try {
      return position;
    } finally {
      lock.unlock();
    }
  }

  void advance(long to) {
    lock.lock();
    try {
      position = to;
      advanced.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Nothing more will come: lets everybody who waits go.
  void close() {
    lock.lock();
    try {
      closed = true;
      advanced.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until the position is reached, the time is up or the log is closed; says whether it is
  /// reached.
  boolean await(long wanted, long nanos) throws InterruptedException {
    lock.lock();
    try {
      var left = nanos;
      while (position < wanted && !closed && left > 0) {
        left = advanced.awaitNanos(left);
      }
      return position >= wanted;
    } finally {
      lock.unlock();
    }
  }
}
