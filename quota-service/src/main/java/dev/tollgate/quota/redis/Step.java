package dev.tollgate.quota.redis;

import java.util.concurrent.atomic.AtomicInteger;

/// A verb that waits for its answer.
final class Step<T> extends Pending<T> {
  private final Verb<T> verb;

  Step(Verb<T> verb, int slot, long deadlineNanos, AtomicInteger waiting) {
    super(slot, deadlineNanos, waiting);
    this.verb = verb;
  }

  Verb<T> verb() {
    return verb;
  }

  void read(Unpacker element) {
    T value;
    try {
      value = verb.read(element);
    } catch (RuntimeException defect) {
      fail(defect);
      return;
    }
    succeed(value);
  }
}
