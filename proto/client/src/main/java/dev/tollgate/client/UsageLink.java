package dev.tollgate.client;

import dev.tollgate.proto.ingest.v1.StreamUsageRequest;
import dev.tollgate.proto.ingest.v1.StreamUsageResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// One connection of a `UsageStream`, from its opening to its end. Its state is guarded by the
/// outbox's lock.
final class UsageLink implements StreamObserver<StreamUsageResponse> {
  private static final int IN_FLIGHT_MAX = 8;

  private final Outbox outbox;
  private final Duration ackWait;
  private final ArrayDeque<SentRequest> inFlight = new ArrayDeque<>();
  private long sequence;
  private long acks;
  private @Nullable TollgateException end;

  UsageLink(Outbox outbox, Duration ackWait) {
    this.outbox = outbox;
    this.ackWait = ackWait;
  }

  /// Whether anything was acknowledged.
  boolean wasFruitful() {
    outbox.lock();
    try {
      return acks > 0;
    } finally {
      outbox.unlock();
    }
  }

  /// Sends until the link ends, and says why it ended.
  TollgateException use(UsageStream.Connector connector) throws InterruptedException {
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

  /// Empties an ended link: what it held waits again, or fails where the failure is for good.
  void giveBack(@Nullable TollgateException failure) {
    var refused = new ArrayList<SentEvent>();
    outbox.lock();
    try {
      while (!inFlight.isEmpty()) {
        var events = inFlight.removeLast().events();
        if (failure == null) {
          outbox.giveBack(events);
        } else {
          refused.addAll(events);
          outbox.answered(events);
        }
      }
    } finally {
      outbox.unlock();
    }
    if (failure != null) {
      refused.forEach(taken -> taken.answer().completeExceptionally(failure));
    }
  }

  @Override
  public void onNext(StreamUsageResponse response) {
    var answered = new ArrayList<SentRequest>();
    outbox.lock();
    try {
      if (end != null) {
        return;
      }
      acks++;
      while (!inFlight.isEmpty() && inFlight.getFirst().sequence() <= response.getAckedSequence()) {
        var request = inFlight.removeFirst();
        if (request.sequence() == response.getAckedSequence()) {
          answered.add(request);
          outbox.answered(request.events());
        } else {
          // Durable, but its results were not told: asking again brings them.
          outbox.askAgain(request.events());
        }
      }
      outbox.signal();
    } finally {
      outbox.unlock();
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

  /* A defect on this side: treated as one of the other, so that every event gets an answer. */
  private TollgateException broken(Throwable thrown) {
    return end(TollgateException.local(Status.Code.INTERNAL, "BUG", thrown.toString()));
  }

  private TollgateException finish(StreamObserver<StreamUsageRequest> requests) {
    boolean silent;
    TollgateException why;
    outbox.lock();
    try {
      if (end != null) {
        return end;
      }
      silent = !inFlight.isEmpty();
      why = silent && !outbox.isAbandoned() ? silent() : Outbox.stopping();
      end = why;
    } finally {
      outbox.unlock();
    }
    if (silent) {
      requests.onError(Status.CANCELLED.asRuntimeException());
    } else {
      requests.onCompleted();
    }
    return why;
  }

  /// The next request, already in flight; null where the link has ended or is to end.
  private @Nullable SentRequest awaitTurn() throws InterruptedException {
    outbox.lock();
    try {
      var left = ackWait.toNanos();
      var seen = acks;
      while (end == null && !outbox.isAbandoned()) {
        if (!outbox.isIdle() && inFlight.size() < IN_FLIGHT_MAX) {
          var request = new SentRequest(++sequence, outbox.take());
          inFlight.addLast(request);
          return request;
        }
        if (inFlight.isEmpty()) {
          if (outbox.isClosing()) {
            return null;
          }
          outbox.changed().await();
          continue;
        }
        if (seen != acks) {
          seen = acks;
          left = ackWait.toNanos();
        }
        if (left <= 0) {
          return null;
        }
        left = outbox.changed().awaitNanos(left);
      }
      return null;
    } finally {
      outbox.unlock();
    }
  }

  /// Ends the link, unless it has ended; returns why it did.
  private TollgateException end(TollgateException why) {
    outbox.lock();
    try {
      var first = end == null ? why : end;
      end = first;
      outbox.signal();
      return first;
    } finally {
      outbox.unlock();
    }
  }

  private TollgateException silent() {
    return TollgateException.local(
        Status.Code.UNAVAILABLE, "SERVICE_UNAVAILABLE", "no acknowledgement within " + ackWait);
  }
}
