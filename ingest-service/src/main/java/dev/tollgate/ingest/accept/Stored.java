package dev.tollgate.ingest.accept;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/// Who waits until the ledger has come to a position of the log. Safe for concurrent use.
public final class Stored {
  private record Wait(long position, CompletableFuture<Void> reached) {}

  private final Queue<Wait> waits =
      new PriorityQueue<>(Comparator.comparingLong((Wait wait) -> wait.position));
  private long through;

  /// @param through what the ledger had at start
  public Stored(long through) {
    this.through = through;
  }

  /// Done when the ledger has everything up to the position. Never fails.
  CompletableFuture<Void> reached(long position) {
    synchronized (this) {
      if (position > through) {
        var wait = new Wait(position, new CompletableFuture<>());
        waits.add(wait);
        return wait.reached;
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  /// How far it has come.
  public synchronized long through() {
    return through;
  }

  /// Nobody waits for it any more.
  void forget(CompletableFuture<Void> reached) {
    reached.cancel(false);
    synchronized (this) {
      waits.removeIf(wait -> wait.reached.isDone());
    }
  }

  /// The ledger has everything up to the position.
  public void advance(long position) {
    for (var reached : due(position)) {
      reached.complete(null);
    }
  }

  private synchronized List<CompletableFuture<Void>> due(long position) {
    through = Math.max(through, position);
    var due = new ArrayList<CompletableFuture<Void>>();
    for (var next = waits.peek(); next != null && next.position <= through; next = waits.peek()) {
      due.add(waits.remove().reached);
    }
    return due;
  }
}
