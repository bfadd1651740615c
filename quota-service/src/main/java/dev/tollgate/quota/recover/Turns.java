package dev.tollgate.quota.recover;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/// Runs one thing for tenants: for each of them one turn at a time, and for all who ask during a
/// turn one more after it. Safe for concurrent use.
final class Turns implements AutoCloseable {
  private static final int AT_ONCE_MAX = 4;

  private record Turn(CompletableFuture<Void> running, CompletableFuture<Void> next) {}

  private final Consumer<String> work;
  private final Semaphore room = new Semaphore(AT_ONCE_MAX);
  private final Map<String, Turn> turns = new HashMap<>();
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  Turns(Consumer<String> work) {
    this.work = work;
  }

  /// Completes, or fails, with a turn that begins from now on. Does not block.
  synchronized CompletableFuture<Void> ask(String tenant) {
    var turn = turns.get(tenant);
    if (turn != null) {
      return turn.next().copy();
    }
    var first = new CompletableFuture<Void>();
    start(tenant, first);
    return first.copy();
  }

  private synchronized void start(String tenant, CompletableFuture<Void> turn) {
    turns.put(tenant, new Turn(turn, new CompletableFuture<>()));
    executor.execute(() -> run(tenant, turn));
  }

  private void run(String tenant, CompletableFuture<Void> turn) {
    try {
      room.acquire();
      try {
        work.accept(tenant);
      } finally {
        room.release();
      }
      turn.complete(null);
    } catch (Throwable failure) {
      turn.completeExceptionally(failure);
    } finally {
      after(tenant);
    }
  }

  private synchronized void after(String tenant) {
    var ended = turns.remove(tenant);
    if (ended != null && ended.next().getNumberOfDependents() > 0) {
      start(tenant, ended.next());
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
