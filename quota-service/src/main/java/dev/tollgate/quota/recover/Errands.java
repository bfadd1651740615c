package dev.tollgate.quota.recover;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/// Runs one thing for tenants: for each of them once at a time, and for all who ask meanwhile once
/// more after that. Safe for concurrent use.
final class Errands implements AutoCloseable {
  private record Errand(CompletableFuture<Void> running, CompletableFuture<Void> next) {}

  private final Consumer<String> work;
  private final Semaphore room;
  private final Map<String, Errand> errands = new HashMap<>();
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  /// @param atOnce for how many tenants it runs at once
  Errands(int atOnce, Consumer<String> work) {
    this.work = work;
    this.room = new Semaphore(atOnce);
  }

  /// Completes, or fails, with an errand that begins from now on. Does not block.
  synchronized CompletableFuture<Void> ask(String tenant) {
    var errand = errands.get(tenant);
    if (errand != null) {
      return errand.next().copy();
    }
    var first = new CompletableFuture<Void>();
    start(tenant, first);
    return first.copy();
  }

  private synchronized void start(String tenant, CompletableFuture<Void> done) {
    errands.put(tenant, new Errand(done, new CompletableFuture<>()));
    executor.execute(() -> run(tenant, done));
  }

  private void run(String tenant, CompletableFuture<Void> done) {
    try {
      room.acquire();
      try {
        work.accept(tenant);
      } finally {
        room.release();
      }
      done.complete(null);
    } catch (Throwable failure) {
      done.completeExceptionally(failure);
    } finally {
      after(tenant);
    }
  }

  private synchronized void after(String tenant) {
    var ended = errands.remove(tenant);
    if (ended != null && ended.next().getNumberOfDependents() > 0) {
      start(tenant, ended.next());
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
