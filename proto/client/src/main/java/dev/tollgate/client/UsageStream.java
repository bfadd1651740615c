package dev.tollgate.client;

import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.StreamUsageRequest;
import dev.tollgate.proto.ingest.v1.StreamUsageResponse;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Sends usage events and answers each exactly once, over as many connections as that takes. Safe
/// for concurrent use.
public final class UsageStream implements AutoCloseable {
  /*
   * Every event without an answer is in exactly one place: in `waiting`, or in one request in flight
   * of the current link. One thread, the sender, moves events from the first to the second and is
   * the only one to write to a link. It sends at once while fewer than IN_FLIGHT_MAX requests are
   * unanswered; above that, events gather and go together, so requests grow with the load and no
   * timer is needed.
   *
   * When a link ends, its requests go back to the head of `waiting`, in order, and the next link
   * carries them again: ingest recognises what it had accepted (DUPLICATE). A link that was given up
   * is marked as ended first, so that a late answer of its can't be mistaken for one of the next.
   */

  /// Opens one connection: takes the receiver of responses, returns that of requests.
  interface Connector {
    StreamObserver<StreamUsageRequest> connect(StreamObserver<StreamUsageResponse> responses);
  }

  private static final int REQUEST_EVENTS_MAX = 100;
  private static final int REQUEST_BYTES_MAX = 512 << 10;
  private static final int EVENT_BYTES_MAX = 64 << 10;
  private static final int IN_FLIGHT_MAX = 8;

  /// After so many fruitless links in a row that ended by a defect, the events in flight are to
  /// blame.
  private static final int DEFECTS_MAX = 5;

  private final Connector connector;
  private final UsageStreamSettings settings;
  private final Backoff backoff;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final ArrayDeque<SentEvent> waiting = new ArrayDeque<>();
  private int buffered;
  private boolean closing;
  private boolean abandoned;

  private final Thread sender;

  private UsageStream(Connector connector, UsageStreamSettings settings, RandomGenerator random) {
    this.connector = connector;
    this.settings = settings;
    this.backoff = new Backoff(settings.backoffMin(), settings.backoffMax(), random);
    this.sender = Thread.ofVirtual().name("tollgate-usage").unstarted(this::run);
  }

  static UsageStream open(
      Connector connector, UsageStreamSettings settings, RandomGenerator random) {
    var stream = new UsageStream(connector, settings, random);
    stream.sender.start();
    return stream;
  }

  /// Takes the event. The future gets the server's answer, or a `TollgateException` where the
  /// server refused the request for good; it completes on a thread of the connection: don't block
  /// there.
  ///
  /// Waits for room in the buffer, at most `sendWait`.
  ///
  /// @throws TollgateException where the event was not taken: BUFFER_FULL, STOPPING after `close`,
  ///   REQUEST_TOO_LARGE, CANCELLED where the thread was interrupted
  public CompletableFuture<EventResult> send(UsageEvent event) {
    var bytes = event.getSerializedSize();
    if (bytes > EVENT_BYTES_MAX) {
      throw TollgateException.local(
          Status.Code.INVALID_ARGUMENT,
          "REQUEST_TOO_LARGE",
          "event of " + bytes + " bytes (expected: at most " + EVENT_BYTES_MAX + ")");
    }
    var taken = new SentEvent(event, bytes, new CompletableFuture<>());
    lock.lock();
    try {
      awaitRoom();
      buffered++;
      waiting.addLast(taken);
      changed.signalAll();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw TollgateException.local(Status.Code.CANCELLED, "CANCELLED", "interrupted");
    } finally {
      lock.unlock();
    }
    return taken.answer();
  }

  /// How many events have no answer yet.
  public int buffered() {
    lock.lock();
    try {
      return buffered;
    } finally {
      lock.unlock();
    }
  }

  /// Takes no more, waits at most `drainWait` for the missing answers, and fails with STOPPING what
  /// has none then: such an event may have been counted, and can be sent again with the same id.
  @Override
  public void close() {
    update(() -> closing = true);
    try {
      if (!sender.join(settings.drainWait())) {
        update(() -> abandoned = true);
        sender.join();
      }
    } catch (InterruptedException interrupted) {
      update(() -> abandoned = true);
      Thread.currentThread().interrupt();
    }
  }

  private void awaitRoom() throws InterruptedException {
    var left = settings.sendWait().toNanos();
    while (!closing && buffered >= settings.bufferedEventsMax()) {
      if (left <= 0) {
        throw TollgateException.local(
            Status.Code.RESOURCE_EXHAUSTED,
            "BUFFER_FULL",
            buffered + " events wait for an answer of the server");
      }
      left = room.awaitNanos(left);
    }
    if (closing) {
      throw stopping();
    }
  }

  private void run() {
    try {
      var fruitless = 0;
      while (awaitEvents()) {
        var link = new Link();
        var end = link.use();
        fruitless = link.acks > 0 ? 1 : fruitless + 1;
        var hopeless = !end.retryable() || (end.defect() && fruitless >= DEFECTS_MAX);
        link.giveBack(hopeless ? end : null);
        pause(
            end.retryAfter().isPresent()
                ? backoff.atLeast(end.retryAfter().get())
                : backoff.after(fruitless));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      abandon();
    }
  }

  /// False where there is nothing left to do.
  private boolean awaitEvents() throws InterruptedException {
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

  private void pause(Duration duration) throws InterruptedException {
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

  private void abandon() {
    var left = new ArrayList<SentEvent>();
    update(() -> {
      closing = true;
      left.addAll(waiting);
      waiting.clear();
      answered(left.size());
    });
    left.forEach(taken -> taken.answer().completeExceptionally(stopping()));
  }

  private void update(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void answered(int count) {
    buffered -= count;
    room.signalAll();
  }

  private TollgateException silent() {
    return TollgateException.local(
        Status.Code.UNAVAILABLE,
        "SERVICE_UNAVAILABLE",
        "no acknowledgement within " + settings.ackWait());
  }

  private static TollgateException stopping() {
    return TollgateException.local(Status.Code.UNAVAILABLE, "STOPPING", "the stream was closed");
  }

  /// One connection, from its opening to its end.
  private final class Link implements StreamObserver<StreamUsageResponse> {
    private final ArrayDeque<SentRequest> inFlight = new ArrayDeque<>();
    private long sequence;
    private long acks;
    private @Nullable TollgateException end;

    /// Sends until the link ends, and says why it ended.
    TollgateException use() throws InterruptedException {
      try {
        var requests = connector.connect(this);
        while (true) {
          var next = awaitTurn();
          if (next == null) {
            break;
          }
          requests.onNext(next.message());
        }
        return finish(requests);
      } catch (RuntimeException | Error thrown) {
        return broken(thrown);
      }
    }

    /* A defect on this side: treated as one of the other, so that every event gets an answer. */
    private TollgateException broken(Throwable thrown) {
      lock.lock();
      try {
        if (end == null) {
          end = TollgateException.local(Status.Code.INTERNAL, "BUG", thrown.toString());
        }
        return end;
      } finally {
        lock.unlock();
      }
    }

    private TollgateException finish(StreamObserver<StreamUsageRequest> requests) {
      lock.lock();
      try {
        if (end != null) {
          return end;
        }
        end = inFlight.isEmpty() || abandoned ? stopping() : silent();
      } finally {
        lock.unlock();
      }
      if (inFlight.isEmpty()) {
        requests.onCompleted();
      } else {
        requests.onError(Status.CANCELLED.asRuntimeException());
      }
      return end;
    }

    /// The next request, already in flight; null where the link has ended or is to end.
    private @Nullable SentRequest awaitTurn() throws InterruptedException {
      lock.lock();
      try {
        var left = settings.ackWait().toNanos();
        var seen = acks;
        while (end == null && !abandoned) {
          if (!waiting.isEmpty() && inFlight.size() < IN_FLIGHT_MAX) {
            return take();
          }
          if (inFlight.isEmpty()) {
            if (closing) {
              return null;
            }
            changed.await();
            continue;
          }
          if (seen != acks) {
            seen = acks;
            left = settings.ackWait().toNanos();
          }
          if (left <= 0) {
            return null;
          }
          left = changed.awaitNanos(left);
        }
        return null;
      } finally {
        lock.unlock();
      }
    }

    private SentRequest take() {
      var events = new ArrayList<SentEvent>();
      var bytes = 0;
      while (events.size() < REQUEST_EVENTS_MAX
          && !waiting.isEmpty()
          && bytes + waiting.getFirst().bytes() <= REQUEST_BYTES_MAX) {
        var taken = waiting.removeFirst();
        bytes += taken.bytes();
        events.add(taken);
      }
      var request = new SentRequest(++sequence, events);
      inFlight.addLast(request);
      return request;
    }

    /// Empties an ended link: what it held waits again, or fails where the failure is for good.
    void giveBack(@Nullable TollgateException failure) {
      var refused = new ArrayList<SentEvent>();
      lock.lock();
      try {
        while (!inFlight.isEmpty()) {
          var events = inFlight.removeLast().events();
          if (failure == null) {
            events.reversed().forEach(waiting::addFirst);
          } else {
            refused.addAll(events);
            answered(events.size());
          }
        }
      } finally {
        lock.unlock();
      }
      if (failure != null) {
        refused.forEach(taken -> taken.answer().completeExceptionally(failure));
      }
    }

    @Override
    public void onNext(StreamUsageResponse response) {
      var answered = new ArrayList<SentRequest>();
      lock.lock();
      try {
        if (end != null) {
          return;
        }
        acks++;
        while (!inFlight.isEmpty()
            && inFlight.getFirst().sequence() <= response.getAckedSequence()) {
          var request = inFlight.removeFirst();
          if (request.sequence() == response.getAckedSequence()) {
            answered.add(request);
            answered(request.events().size());
          } else {
            // Durable, but its results were not told: asking again brings them.
            waiting.addAll(request.events());
          }
        }
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      answered.forEach(request -> request.answer(response.getResultsList()));
    }

    @Override
    public void onError(Throwable failure) {
      end(TollgateException.of(failure));
    }

    @Override
    public void onCompleted() {
      end(
          TollgateException.local(
              Status.Code.UNAVAILABLE, "SERVICE_UNAVAILABLE", "the server ended the stream"));
    }

    private void end(TollgateException why) {
      lock.lock();
      try {
        if (end == null) {
          end = why;
        }
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
