package dev.tollgate.quota.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Something asked of the store that waits for its answer, at most until its deadline. Confined to
/// its event loop after its making.
abstract sealed class Pending<T> permits Solo, Step {
  private final CompletableFuture<T> answer = new CompletableFuture<>();
  private final int slot;
  private final long deadlineNanos;
  private final AtomicInteger waiting;
  private boolean finished;

  /// @param waiting counts those without an answer: this one was counted already
  Pending(int slot, long deadlineNanos, AtomicInteger waiting) {
    this.slot = slot;
    this.deadlineNanos = deadlineNanos;
    this.waiting = waiting;
  }

  CompletableFuture<T> answer() {
    return answer;
  }

  int slot() {
    return slot;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  /// Whether nobody waits any more.
  boolean isOver() {
    return finished || answer.isDone();
  }

  /// Counts it out where its caller gave up by itself.
  void leave() {
    finish();
  }

  void succeed(@Nullable T value) {
    if (finish()) {
      answer.complete(value);
    }
  }

  void fail(Throwable failure) {
    if (finish()) {
      answer.completeExceptionally(failure);
    }
  }

  private boolean finish() {
    if (finished) {
      return false;
    }
    finished = true;
    waiting.decrementAndGet();
    return true;
  }
}
