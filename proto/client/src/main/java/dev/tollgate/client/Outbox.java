package dev.tollgate.client;

import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The events of a `UsageStream` that have no answer yet, bounded in number and bytes: those that
/// wait lie here, those in flight are counted here. Whoever touches more than one thing at once
/// holds the lock.
final class Outbox {
  private static final int REQUEST_EVENTS_MAX = 100;
  private static final int REQUEST_BYTES_MAX = 512 << 10;

  private final UsageStreamSettings settings;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final ArrayDeque<SentEvent> waiting = new ArrayDeque<>();
  private int events;
  private long bytes;
  private boolean closing;
  private boolean abandoned;

  Outbox(UsageStreamSettings settings) {
    this.settings = settings;
  }

  void lock() {
    lock.lock();
  }

  void unlock() {
    lock.unlock();
  }

  /// Takes the event as soon as there is room.
  ///
  /// @throws TollgateException BUFFER_FULL after `sendWait`, STOPPING once closed
  void put(SentEvent event) throws InterruptedException {
    lock.lock();
    try {
      awaitRoom(event.bytes());
      events++;
      bytes += event.bytes();
      waiting.addLast(event);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// How many events have no answer yet.
  int size() {
    lock.lock();
    try {
      return events;
    } finally {
      lock.unlock();
    }
  }

  /// False where there is nothing left to do.
  boolean awaitEvents() throws InterruptedException {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closing) {
        changed.await();
      }
      return !waiting.isEmpty() && !abandoned;
    } finally {
      lock.unlock();
    }
  }

  /// Waits that long, or until nothing is left to wait for.
  void pause(Duration duration) throws InterruptedException {
    lock.lock();
    try {
      var left = duration.toNanos();
      while (left > 0 && !abandoned && !(closing && waiting.isEmpty())) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Takes no more.
  void close() {
    lock.lock();
    try {
      closing = true;
      signal();
    } finally {
      lock.unlock();
    }
  }

  /// Waits for no answer any more.
  void abandon() {
    lock.lock();
    try {
      closing = true;
      abandoned = true;
      signal();
    } finally {
      lock.unlock();
    }
  }

  /// Empties it: returns what waited.
  List<SentEvent> clear() {
    lock.lock();
    try {
      closing = true;
      var left = List.copyOf(waiting);
      waiting.clear();
      answered(left);
      signal();
      return left;
    } finally {
      lock.unlock();
    }
  }

  /// Whether it takes no more. With the lock.
  boolean isClosing() {
    return closing;
  }

  /// Whether nobody waits for answers any more. With the lock.
  boolean isAbandoned() {
    return abandoned;
  }

  /// Whether nothing waits. With the lock.
  boolean isIdle() {
    return waiting.isEmpty();
  }

  /// What one request may carry of what waits. With the lock.
  List<SentEvent> take() {
    var taken = new ArrayList<SentEvent>();
    var size = 0;
    while (taken.size() < REQUEST_EVENTS_MAX
        && !waiting.isEmpty()
        && size + waiting.getFirst().bytes() <= REQUEST_BYTES_MAX) {
      var event = waiting.removeFirst();
      size += event.bytes();
      taken.add(event);
    }
    return taken;
  }

  /// Makes events wait again, before all others. With the lock.
  void giveBack(List<SentEvent> back) {
    back.reversed().forEach(waiting::addFirst);
  }

  /// Makes events wait again, behind all others. With the lock.
  void askAgain(List<SentEvent> unanswered) {
    waiting.addAll(unanswered);
  }

  /// Counts events out that have their answer. With the lock.
  void answered(List<SentEvent> answered) {
    events -= answered.size();
    answered.forEach(event -> bytes -= event.bytes());
    room.signalAll();
  }

  /// Wakes everybody who waits. With the lock.
  void signal() {
    changed.signalAll();
    room.signalAll();
  }

  /// Signalled at every change; to be awaited with the lock.
  Condition changed() {
    return changed;
  }

  private void awaitRoom(int more) throws InterruptedException {
    var left = settings.sendWait().toNanos();
    while (!closing && !fits(more)) {
      if (left <= 0) {
        throw TollgateException.local(
            Status.Code.RESOURCE_EXHAUSTED,
            "BUFFER_FULL",
            events + " events of " + bytes + " bytes wait for an answer of the server");
      }
      left = room.awaitNanos(left);
    }
    if (closing) {
      throw stopping();
    }
  }

  private boolean fits(int more) {
    return events < settings.bufferedEventsMax() && bytes + more <= settings.bufferedBytesMax();
  }

  static TollgateException stopping() {
    return TollgateException.local(Status.Code.UNAVAILABLE, "STOPPING", "the stream was closed");
  }
}
