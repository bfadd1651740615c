package dev.tollgate.ingest.write;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Batches that are sealed and not committed yet: a few at most, which end in any order and are
/// committed in that of the log. Safe for concurrent use.
final class Underway {
  /// Commits a batch that the ledger has, as have it all before.
  interface Committing {
    void commit(BatchReader.Cut cut) throws ExecutionException, InterruptedException;
  }

  private static final class Item {
    final BatchReader.Cut cut;
    boolean isStored;

    Item(BatchReader.Cut cut) {
      this.cut = cut;
    }
  }

  private final int most;
  private final Committing committing;
  private final Deque<Item> items = new ArrayDeque<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /// @param most how many there may be
  Underway(int most, Committing committing) {
    this.most = most;
    this.committing = committing;
  }

  /// Waits, at most so long, until there may be one more; says whether there may.
  boolean awaitRoom(Duration patience) throws InterruptedException {
    return awaitFewer(most, patience);
  }

  /// Waits, at most so long, until there is none; says whether there is none.
  boolean awaitNone(Duration patience) throws InterruptedException {
    return awaitFewer(1, patience);
  }

  private boolean awaitFewer(int than, Duration patience) throws InterruptedException {
    lock.lock();
    try {
      var left = patience.toNanos();
      while (items.size() >= than && left > 0) {
        left = changed.awaitNanos(left);
      }
      return items.size() < than;
    } finally {
      lock.unlock();
    }
  }

  boolean isEmpty() {
    lock.lock();
    try {
      return items.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /// Follows, in the log, all that were added before.
  void add(BatchReader.Cut cut) {
    lock.lock();
    try {
      items.addLast(new Item(cut));
    } finally {
      lock.unlock();
    }
  }

  /// The ledger has the batch: commits what can be. Where that fails, it may be said again.
  void stored(BatchReader.Cut cut) throws ExecutionException, InterruptedException {
    lock.lock();
    try {
      items.stream()
          .filter(item -> item.cut.last() == cut.last())
          .forEach(item -> item.isStored = true);
      while (!items.isEmpty() && items.getFirst().isStored) {
        committing.commit(items.getFirst().cut);
        items.removeFirst();
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }
}
