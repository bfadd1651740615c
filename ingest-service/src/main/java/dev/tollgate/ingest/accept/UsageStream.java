package dev.tollgate.ingest.accept;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.StreamUsageRequest;
import dev.tollgate.proto.ingest.v1.StreamUsageResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One client's stream of usage.
final class UsageStream implements StreamObserver<StreamUsageRequest> {
  /*
   * A request is asked for only when the one before it was handed on and few enough are waiting for
   * their fsync: nothing queues up here without bound. While the log is nearly full none is asked
   * for: the client's own flow control holds it back, and nothing is refused. Answers go out in the order of the requests,
   * on whichever thread completes the oldest one. Calls to `responses` happen under this lock.
   */
  private static final int EVENTS_MAX = 100;
  private static final int IN_FLIGHT_MAX = 32;
  private static final int IN_FLIGHT_BYTES_MAX = 4 << 20;

  private record InFlight(long sequence, int bytes, CompletableFuture<List<EventResult>> results) {}

  private final Intake intake;
  private final EventParser parser;
  private final Caller caller;
  private final ServerCallStreamObserver<StreamUsageResponse> responses;
  private final Valve valve;
  private final Consumer<UsageStream> ended;
  private final Deque<InFlight> inFlight = new ArrayDeque<>();
  private Instant heard;
  private int inFlightBytes;
  private long lastSequence;
  private boolean asked;
  private boolean waitsForRoom;
  private boolean halfClosed;
  private boolean over;
  private @Nullable Failure stopped;

  UsageStream(
      Intake intake,
      EventParser parser,
      Caller caller,
      ServerCallStreamObserver<StreamUsageResponse> responses,
      Valve valve,
      Consumer<UsageStream> ended) {
    this.intake = intake;
    this.parser = parser;
    this.caller = caller;
    this.responses = responses;
    this.valve = valve;
    this.ended = ended;
    this.heard = intake.time().now();
  }

  void start() {
    responses.disableAutoRequest();
    responses.setOnReadyHandler(this::advance);
    responses.setOnCancelHandler(this::cancelled);
    // A stream that ends because a request of it was refused is not cancelled.
    responses.setOnCloseHandler(this::cancelled);
    advance();
  }

  /// Takes no more requests; ends when those that came are acknowledged.
  void stop() {
    synchronized (this) {
      stopped = Failure.of(Reason.STOPPING, "this server is stopping");
    }
    advance();
  }

  /// Ends a stream whose client has sent nothing since, and waits for nothing. Its connection may
  /// be fine; but one that is gone without a word looks the same.
  void endIfIdle(Instant since) {
    synchronized (this) {
      if (over || stopped != null || waitsForRoom || !inFlight.isEmpty() || heard.isAfter(since)) {
        return;
      }
      stopped = Failure.of(Reason.STREAM_IDLE, "nothing was sent since " + heard);
    }
    advance();
  }

  @Override
  public void onNext(StreamUsageRequest request) {
    synchronized (this) {
      asked = false;
      heard = intake.time().now();
      if (over || stopped != null) {
        return;
      }
    }
    check(request);
    var arrivals =
        request.getEventsList().stream().map(event -> parser.parse(event, caller)).toList();
    var results = intake.take(caller, arrivals, request.getAckLevel());
    synchronized (this) {
      var bytes = request.getSerializedSize();
      inFlight.addLast(new InFlight(request.getSequence(), bytes, results));
      inFlightBytes += bytes;
      if (over) {
        results.cancel(false);
      }
    }
    var _ = results.whenComplete((_, _) -> advance());
    advance();
  }

  private void check(StreamUsageRequest request) {
    var count = request.getEventsCount();
    if (count < 1 || count > EVENTS_MAX) {
      throw Failure.invalid("events", count + " events (expected: 1 to " + EVENTS_MAX + ")");
    }
    AckLevels.check(request.getAckLevel(), request.getAckLevelValue());
    if (request.getSequence() <= lastSequence) {
      throw Failure.invalid(
          "sequence", request.getSequence() + " (expected: above " + lastSequence + ")");
    }
    lastSequence = request.getSequence();
  }

  @Override
  public void onError(Throwable failure) {
    cancelled();
  }

  @Override
  public void onCompleted() {
    synchronized (this) {
      halfClosed = true;
    }
    advance();
  }

  private void cancelled() {
    var unanswered = List.<InFlight>of();
    synchronized (this) {
      over = true;
      unanswered = List.copyOf(inFlight);
    }
    // Nobody waits for the ledger any more.
    unanswered.forEach(request -> request.results.cancel(false));
    ended.accept(this);
  }

  /// Sends the answers that are ready, then ends the stream or asks for the next request.
  private synchronized void advance() {
    while (!over && !inFlight.isEmpty() && inFlight.getFirst().results.isDone()) {
      answer(inFlight.removeFirst());
    }
    if (over) {
      return;
    }
    if (inFlight.isEmpty() && halfClosed) {
      end();
      responses.onCompleted();
    } else if (inFlight.isEmpty() && stopped != null) {
      end();
      responses.onError(stopped);
    } else if (mayAsk()) {
      if (valve.isOpen()) {
        asked = true;
        responses.request(1);
      } else {
        waitsForRoom = true;
        valve.whenOpen(this::goOn);
      }
    }
  }

  private void goOn() {
    synchronized (this) {
      waitsForRoom = false;
      heard = intake.time().now();
    }
    advance();
  }

  private boolean mayAsk() {
    return !asked
        && !waitsForRoom
        && !halfClosed
        && stopped == null
        && inFlight.size() < IN_FLIGHT_MAX
        && inFlightBytes < IN_FLIGHT_BYTES_MAX
        && responses.isReady();
  }

  private void answer(InFlight answered) {
    inFlightBytes -= answered.bytes;
    try {
      responses.onNext(
          StreamUsageResponse.newBuilder()
              .setAckedSequence(answered.sequence)
              .addAllResults(answered.results.join())
              .build());
    } catch (CompletionException failure) {
      end();
      responses.onError(failure.getCause() == null ? failure : failure.getCause());
    }
  }

  private void end() {
    over = true;
    ended.accept(this);
  }
}
