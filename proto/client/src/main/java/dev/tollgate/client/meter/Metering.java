package dev.tollgate.client.meter;

import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.TollgateException;
import dev.tollgate.client.record.UsageRecorder;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.proto.quota.v1.Allowed;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.proto.quota.v1.GetAllowanceRequest;
import dev.tollgate.proto.quota.v1.ReleaseRequest;
import dev.tollgate.proto.quota.v1.SettleRequest;
import dev.tollgate.time.TimeSource;
import io.grpc.Status;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Meters the calls of models that a service makes: checks each before it is made, and reports what
/// it consumed. One for the whole service; safe for concurrent use.
///
/// A call is never held up longer than the limit, once before it and once after it. Where the check
/// is not answered by then, `WhenAway` decides; an answer that comes later is not wasted: its hold
/// goes with the call, or is given back.
///
/// Usage is kept until the ledger has it; see `UsageRecorder`.
public final class Metering implements AutoCloseable {
  private static final Duration CONNECT_WAIT = Duration.ofSeconds(5);

  private final TollgateClient client;
  private final MeteringSettings settings;
  private final MeteringListener listener;
  private final TimeSource time;
  private final RandomGenerator random;
  private final UsageRecorder recorder;
  private final Heartbeats heartbeats;

  private Metering(
      TollgateClient client,
      MeteringSettings settings,
      MeteringListener listener,
      TimeSource time,
      RandomGenerator random) {
    this.client = client;
    this.settings = settings;
    this.listener = new SafeListener(listener);
    this.time = time;
    this.random = random;
    var stream = settings.recorder().stream().withSendWait(settings.limit());
    this.recorder =
        UsageRecorder.open(client, settings.recorder().withStream(stream), this.listener);
    this.heartbeats = new Heartbeats(client, this.listener);
  }

  /// Begins: connects, for which it waits up to 5 s, so that the first call meets the limit like
  /// all others. Where nobody answers, it begins all the same. Closing it leaves the client open.
  ///
  /// @throws java.io.UncheckedIOException where the spool's directory can't be read or written
  /// @throws IllegalStateException where another client has that directory open
  public static Metering open(TollgateClient client, MeteringSettings settings) {
    return open(client, settings, MeteringListener.NONE);
  }

  /// As above, and tells the listener what happens.
  public static Metering open(
      TollgateClient client, MeteringSettings settings, MeteringListener listener) {
    return open(client, settings, listener, TimeSource.SYSTEM, new SecureRandom());
  }

  /// As above, with a clock and luck of the caller's.
  ///
  /// @param random draws ids, also on several threads at once
  public static Metering open(
      TollgateClient client,
      MeteringSettings settings,
      MeteringListener listener,
      TimeSource time,
      RandomGenerator random) {
    var metering = new Metering(client, settings, listener, time, random);
    metering.connect();
    return metering;
  }

  /// Checks the call, makes it, and reports what it consumed: once, whether it ends well or throws.
  ///
  /// @throws E what the model threw; reported as the settings read it
  /// @throws TollgateException where the check failed: the model was not called
  public <T, E extends Exception> Metered<T> call(ModelCall call, Model<T, E> model) throws E {
    return attempt(call, Retries.NONE, model);
  }

  /// As above, and again while the model fails in a way that may pass. Each attempt is checked and
  /// reported by itself; they share a `logical_request_id`.
  ///
  /// @throws E what the model threw at last
  /// @throws TollgateException where a check failed
  public <T, E extends Exception> Metered<T> call(
      ModelCall call, Retries retries, Model<T, E> model) throws E {
    var named = call.logicalRequestId().isEmpty() ? call.withLogicalRequestId(newId()) : call;
    return attempt(named, retries, model);
  }

  /// Checks a call whose answer comes piece by piece, or which is made elsewhere. End the attempt
  /// with what it consumed; one that is closed without is reported as CANCELLED.
  ///
  /// @throws TollgateException where the check failed: the call must not be made
  public Metered<Attempt> begin(ModelCall call) {
    var named = call.check().getRequestId().isEmpty() ? call.withRequestId(newId()) : call;
    var began = time.nanoTime();
    var answer = client.checkLater(named.check());
    try {
      var decision = answer.get(settings.limit().toNanos(), TimeUnit.NANOSECONDS);
      listener.checked(decision.hasAllowed(), Duration.ofNanos(time.nanoTime() - began));
      return decision.hasAllowed()
          ? new Metered.Passed<>(started(new Attempt(this, named, decision.getAllowed())))
          : new Metered.Denied<>(new Denial(decision.getDenied()));
    } catch (TimeoutException slow) {
      return unanswered(named, answer, late());
    } catch (ExecutionException failed) {
      var why = reason(failed);
      if (!isAway(why)) {
        throw why;
      }
      return unanswered(named, answer, why);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      giveBack(answer);
      throw TollgateException.of(
          Status.CANCELLED.withDescription("interrupted while checking").asRuntimeException());
    }
  }

  /// Where usage is kept: for usage of calls that were not begun here, for its numbers, and to
  /// flush.
  public UsageRecorder recorder() {
    return recorder;
  }

  /// Stops prolonging holds, and waits for the usage to be answered, at most as long as the
  /// settings say. End open attempts before: usage that comes afterwards is dropped, and told to
  /// be.
  @Override
  public void close() {
    heartbeats.close();
    recorder.close();
  }

  Instant now() {
    return time.now();
  }

  long nanoTime() {
    return time.nanoTime();
  }

  void report(UsageEvent event) {
    recorder.record(event);
    if (settings.settling() == Settling.AT_ONCE
        && event.hasUsage()
        && !event.getReservationId().isEmpty()) {
      var settle =
          SettleRequest.newBuilder()
              .setReservationId(event.getReservationId())
              .setUsage(event.getUsage())
              .build();
      // Whatever becomes of it: the ledger settles the hold, too.
      var _ = client.settleLater(settle);
    }
  }

  void release(String reservationId) {
    // Where it fails, the hold ends by itself.
    var _ =
        client.releaseLater(ReleaseRequest.newBuilder().setReservationId(reservationId).build());
  }

  /// The first call of a process loads classes, connects and maybe agrees on TLS: more than a limit
  /// may allow.
  private void connect() {
    try {
      client
          .getAllowanceLater(GetAllowanceRequest.getDefaultInstance())
          .get(CONNECT_WAIT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException unanswered) {
      // Whatever it is, the first check will meet it, and say it.
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private <T, E extends Exception> Metered<T> attempt(
      ModelCall call, Retries retries, Model<T, E> model) throws E {
    var next = call;
    for (int made = 1; ; made++) {
      var begun = begin(next);
      if (begun instanceof Metered.Denied<Attempt>(var denial)) {
        return new Metered.Denied<>(denial);
      }
      var attempt = begun.orElseThrow();
      try {
        var answer = model.answer(attempt);
        attempt.succeed(answer.told());
        return new Metered.Passed<>(answer.value());
      } catch (Throwable thrown) {
        var failure = read(thrown);
        attempt.fail(failure);
        if (!failure.retryable() || made >= retries.attemptsMax() || !pause(retries.after(made))) {
          throw thrown;
        }
      }
      next = next.next();
    }
  }

  private AttemptFailure read(Throwable thrown) {
    try {
      return settings.failures().read(thrown);
    } catch (RuntimeException defect) {
      thrown.addSuppressed(defect);
      return AttemptFailure.of(thrown);
    }
  }

  /// False where the thread was interrupted.
  private static boolean pause(Duration duration) {
    try {
      Thread.sleep(duration);
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Metered<Attempt> unanswered(
      ModelCall call, CompletableFuture<CheckQuotaResponse> answer, TollgateException why) {
    return switch (settings.whenAway()) {
      case DENY -> {
        listener.stopped(call, why);
        giveBack(answer);
        throw why;
      }
      case ALLOW -> {
        listener.unchecked(call, why);
        var attempt = started(new Attempt(this, call));
        whenAllowed(answer, attempt::late);
        yield new Metered.Passed<>(attempt);
      }
    };
  }

  private Attempt started(Attempt attempt) {
    attempt.beat(heartbeats.start(attempt));
    return attempt;
  }

  private void giveBack(CompletableFuture<CheckQuotaResponse> answer) {
    whenAllowed(answer, allowed -> release(allowed.getReservationId()));
  }

  private static void whenAllowed(
      CompletableFuture<CheckQuotaResponse> answer, Consumer<Allowed> use) {
    var _ =
        answer.whenComplete((decision, failure) -> {
          if (failure == null && decision.hasAllowed()) {
            use.accept(decision.getAllowed());
          }
        });
  }

  private TollgateException late() {
    return TollgateException.of(
        Status.DEADLINE_EXCEEDED
            .withDescription("the check was not answered within " + settings.limit())
            .asRuntimeException());
  }

  /// Whether Tollgate gave no answer of its own.
  private static boolean isAway(TollgateException why) {
    return switch (why.code()) {
      case UNAVAILABLE -> !why.reason().equals("STORE_UNAVAILABLE");
      case DEADLINE_EXCEEDED, CANCELLED, INTERNAL, UNKNOWN, DATA_LOSS -> true;
      default -> false;
    };
  }

  private static TollgateException reason(ExecutionException failed) {
    return failed.getCause() instanceof TollgateException why ? why : TollgateException.of(failed);
  }

  private String newId() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }
}
