package dev.tollgate.client;

import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.StreamUsageRequest;
import dev.tollgate.proto.ingest.v1.StreamUsageResponse;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Sends usage events and answers each exactly once, over as many connections as that takes. Safe
/// for concurrent use.
public final class UsageStream implements AutoCloseable {
  /*
   * Every event without an answer is in exactly one place: it waits in the outbox, or it is in one
   * request in flight of the current link. One thread, the sender, moves events from the first to the
   * second and is the only one to write to a link. It sends at once while few requests are
   * unanswered; above that, events gather and go together, so requests grow with the load and no
   * timer is needed.
   *
   * When a link ends, its requests go back to the head of the outbox, in order, and the next link
   * carries them again: ingest recognises what it had accepted (DUPLICATE). A link that was given up
   * is marked as ended first, so that a late answer of its can't be mistaken for one of the next.
   */

  /// Opens one connection: takes the receiver of responses, returns that of requests.
  interface Connector {
    StreamObserver<StreamUsageRequest> connect(StreamObserver<StreamUsageResponse> responses);
  }

  /// An event larger than this, in bytes of protobuf, is refused by `send`.
  public static final int EVENT_BYTES_MAX = 64 << 10;

  /// After so many fruitless links in a row that ended by a defect, the events in flight are to
  /// blame.
  private static final int DEFECTS_MAX = 5;

  private final Connector connector;
  private final UsageStreamSettings settings;
  private final Consumer<TollgateException> interruptions;
  private final Backoff backoff;
  private final Outbox outbox;
  private final Thread sender;

  private UsageStream(
      Connector connector,
      UsageStreamSettings settings,
      Consumer<TollgateException> interruptions,
      RandomGenerator random) {
    this.connector = connector;
    this.settings = settings;
    this.interruptions = interruptions;
    this.backoff = new Backoff(settings.backoffMin(), settings.backoffMax(), random);
    this.outbox = new Outbox(settings);
    this.sender = Thread.ofVirtual().name("tollgate-usage").unstarted(this::run);
  }

  /// @param interruptions told, on the stream's thread, why connections end while events wait
  static UsageStream open(
      Connector connector,
      UsageStreamSettings settings,
      Consumer<TollgateException> interruptions,
      RandomGenerator random) {
    var stream = new UsageStream(connector, settings, interruptions, random);
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
    try {
      outbox.put(taken);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw TollgateException.local(Status.Code.CANCELLED, "CANCELLED", "interrupted");
    }
    return taken.answer();
  }

  /// How many events have no answer yet.
  public int buffered() {
    return outbox.size();
  }

  /// Takes no more, waits at most `drainWait` for the missing answers, and fails with STOPPING what
  /// has none then: such an event may have been counted, and can be sent again with the same id.
  @Override
  public void close() {
    outbox.close();
    try {
      if (!sender.join(settings.drainWait())) {
        outbox.abandon();
        sender.join();
      }
    } catch (InterruptedException interrupted) {
      outbox.abandon();
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      var fruitless = 0;
      while (outbox.awaitEvents()) {
        var link = new UsageLink(outbox, settings.ackWait());
        var end = link.use(connector);
        fruitless = link.wasFruitful() ? 1 : fruitless + 1;
        link.giveBack(isHopeless(end, fruitless) ? end : null);
        if (outbox.size() > 0) {
          interruptions.accept(end);
        }
        outbox.pause(
            end.retryAfter().isPresent()
                ? backoff.atLeast(end.retryAfter().get())
                : backoff.after(fruitless));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      outbox.clear().forEach(taken -> taken.answer().completeExceptionally(Outbox.stopping()));
    }
  }

  private boolean isHopeless(TollgateException end, int fruitless) {
    if (end.code() == Status.Code.UNAUTHENTICATED) {
      return !settings.keyAwaited();
    }
    return !end.retryable() || (end.defect() && fruitless >= DEFECTS_MAX);
  }
}
