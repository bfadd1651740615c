package dev.tollgate.ingest.accept;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.proto.ingest.v1.AckLevel;
import dev.tollgate.proto.ingest.v1.RecordUsageRequest;
import dev.tollgate.proto.ingest.v1.RecordUsageResponse;
import io.grpc.Context;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Serves `RecordUsage`: a batch of events in one call. Blocks until they are what was asked for.
final class RecordUsageRpc {
  static final int EVENTS_MAX = 500;

  /* An answer that leaves at the deadline comes too late to say anything. */
  private static final long HEADSTART_NANOS_MAX = Duration.ofMillis(250).toNanos();
  private static final int HEADSTART_PART = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Intake intake;
  private final EventParser parser;

  RecordUsageRpc(Intake intake, EventParser parser) {
    this.intake = intake;
    this.parser = parser;
  }

  RecordUsageResponse answer(RecordUsageRequest request, Caller caller) {
    var count = request.getEventsCount();
    if (count < 1 || count > EVENTS_MAX) {
      throw Failure.invalid("events", count + " events (expected: 1 to " + EVENTS_MAX + ")");
    }
    AckLevels.check(request.getAckLevel(), request.getAckLevelValue());
    var arrivals =
        request.getEventsList().stream().map(event -> parser.parse(event, caller)).toList();
    var taken = got(intake.takeDurably(caller, arrivals, request.getAckLevel()));
    if (request.getAckLevel() == AckLevel.ACK_LEVEL_STORED) {
      awaitStored(taken.last());
    }
    return RecordUsageResponse.newBuilder().addAllResults(taken.results()).build();
  }

  private void awaitStored(long position) {
    var context = Context.current();
    var reached = intake.stored().reached(position);
    Context.CancellationListener gone = _ -> reached.cancel(false);
    context.addListener(gone, Runnable::run);
    try {
      reached.get(patienceNanos(context), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      throw Failure.retryable(
          Reason.NOT_STORED_YET, "the events are durable, but not in the ledger yet", RETRY);
    } catch (CancellationException hungUp) {
      throw Failure.of(Reason.CANCELLED, "the caller no longer waits");
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    } catch (InterruptedException stop) {
      throw stopping();
    } finally {
      context.removeListener(gone);
      intake.stored().forget(reached);
    }
  }

  private static long patienceNanos(Context context) {
    var deadline = context.getDeadline();
    if (deadline == null) {
      return PATIENCE.toNanos();
    }
    var left = deadline.timeRemaining(TimeUnit.NANOSECONDS);
    return left - Math.min(left / HEADSTART_PART, HEADSTART_NANOS_MAX);
  }

  static <T> T got(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(failed.getCause());
    } catch (InterruptedException stop) {
      throw stopping();
    }
  }

  private static Failure stopping() {
    Thread.currentThread().interrupt();
    return Failure.of(Reason.STOPPING, "this server is stopping");
  }
}
