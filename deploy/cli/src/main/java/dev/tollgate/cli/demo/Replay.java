package dev.tollgate.cli.demo;

import com.google.protobuf.Timestamp;
import dev.tollgate.cli.standalone.Problem;
import dev.tollgate.cli.traffic.Call;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.TollgateException;
import dev.tollgate.client.UsageStreamSettings;
import dev.tollgate.client.meter.Attempt;
import dev.tollgate.client.meter.Metered;
import dev.tollgate.client.meter.Metering;
import dev.tollgate.client.meter.MeteringListener;
import dev.tollgate.client.meter.MeteringSettings;
import dev.tollgate.client.meter.ModelAnswer;
import dev.tollgate.client.meter.ModelCall;
import dev.tollgate.client.meter.WhenAway;
import dev.tollgate.client.record.RecorderSettings;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.proto.quota.v1.ReleaseRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes calls as a service would that uses Tollgate: each through the client's `Metering`, which
/// checks it, calls the model (here: pretends to) and reports the usage.
public final class Replay {
  /*
   * One virtual thread per call, at most `inFlight` at a time, started in the order of the calls. The
   * ledger settles holds; that of a DUPLICATE belongs to a call that is counted already, and ingest
   * gives it back. An event that ingest refuses gives its hold back itself. Two replays of a call
   * must report the same, so nothing that was measured is reported.
   */

  /// How hard the calls come.
  ///
  /// @param inFlight how many calls may be under way at once
  /// @param modelTime how long the pretended model takes
  public record Pace(int inFlight, Duration modelTime) {}

  private static final int ATTEMPTS = 8;
  private static final Duration RETRY_PAUSE = Duration.ofMillis(50);

  /// A demo would rather wait than stop, and must not pretend that a check was answered.
  private static final MeteringSettings SETTINGS =
      MeteringSettings.DEFAULT
          .withWhenAway(WhenAway.DENY)
          .withLimit(Duration.ofSeconds(10))
          .withRecorder(
              RecorderSettings.DEFAULT.withStream(
                  UsageStreamSettings.DEFAULT.withDrainWait(Duration.ofMinutes(1))));

  private final Map<String, TollgateClient> clients;
  private final Pace pace;
  private final Tally tally;
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

  /// Replays once.
  ///
  /// @param clients by tenant
  /// @param tally counts along
  public Replay(Map<String, TollgateClient> clients, Pace pace, Tally tally) {
    this.clients = Map.copyOf(clients);
    this.pace = pace;
    this.tally = tally;
  }

  /// Returns when every call is done, or throws what stopped the first that could not be.
  public void run(List<Call> calls) {
    var meterings = new LinkedHashMap<String, Metering>();
    clients.forEach(
        (id, client) -> meterings.put(id, Metering.open(client, SETTINGS, new Counting(client))));
    var slots = new Semaphore(pace.inFlight());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var call : calls) {
        slots.acquireUninterruptibly();
        if (failure.get() != null) {
          slots.release();
          break;
        }
        threads.execute(() -> make(call, of(meterings, call), slots));
      }
    } finally {
      meterings.values().forEach(Metering::close);
    }
    var stopped = failure.get();
    if (stopped != null) {
      throw new Problem("the replay stopped: " + stopped.getMessage(), stopped);
    }
  }

  private void make(Call call, Metering metering, Semaphore slots) {
    try {
      make(call, metering);
    } catch (RuntimeException stopped) {
      failure.compareAndSet(null, stopped);
    } finally {
      slots.release();
    }
  }

  private void make(Call call, Metering metering) {
    var made =
        retrying(() ->
            metering.call(
                wish(call),
                attempt -> {
                  (attempt.clamped() ? tally.clamped : tally.allowed).increment();
                  callModel();
                  return new ModelAnswer<>(call.id(), told(call, attempt));
                }));
    if (made instanceof Metered.Denied<String>(var denial)) {
      tally.denied(call.tenant() + " / " + denial.wire().getBudgetId());
    }
  }

  private void callModel() {
    if (!pace.modelTime().isZero()) {
      LockSupport.parkNanos(pace.modelTime().toNanos());
    }
  }

  private static ModelCall wish(Call call) {
    return ModelCall.of(call.dimensions())
        .withRequestId(call.id())
        .withInputTokens(call.inputTokens())
        .withMaxOutputTokens(call.maxOutputTokens())
        .withMinOutputTokens(call.minOutputTokens());
  }

  /// What the model would report: it stops at the limit that it was given.
  private static UsageEvent told(Call call, Attempt attempt) {
    return UsageEvent.newBuilder()
        .setUsage(
            Usage.newBuilder()
                .putBuckets("input", call.inputTokens())
                .putBuckets("output", Math.min(call.outputTokens(), attempt.maxOutputTokens())))
        .setEventTime(timestamp(call.time()))
        .setLatency(com.google.protobuf.Duration.getDefaultInstance())
        .build();
  }

  /// A check is idempotent, so one that failed in a way that may pass is asked again, a few times.
  private static <T> T retrying(Supplier<T> request) {
    for (int attempt = 1; ; attempt++) {
      try {
        return request.get();
      } catch (TollgateException failed) {
        if (!failed.retryable() || attempt == ATTEMPTS) {
          throw failed;
        }
        LockSupport.parkNanos(
            failed.retryAfter().orElse(RETRY_PAUSE.multipliedBy(attempt)).toNanos());
      }
    }
  }

  private static <T> T of(Map<String, T> byTenant, Call call) {
    return Objects.requireNonNull(byTenant.get(call.tenant()), call.tenant());
  }

  static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /// Counts what ingest answered. Usage that is lost stops the replay.
  private final class Counting implements MeteringListener {
    private final TollgateClient client;

    private Counting(TollgateClient client) {
      this.client = client;
    }

    @Override
    public void answered(UsageEvent event, EventResult result) {
      switch (result.getStatus()) {
        case EVENT_STATUS_ACCEPTED -> tally.accepted.increment();
        case EVENT_STATUS_DUPLICATE -> tally.duplicates.increment();
        default -> {
          tally.refused.increment();
          var _ =
              client.releaseLater(
                  ReleaseRequest.newBuilder().setReservationId(event.getReservationId()).build());
        }
      }
    }

    @Override
    public void refused(UsageEvent event, TollgateException why) {
      failure.compareAndSet(null, why);
    }

    @Override
    public void dropped(UsageEvent event) {
      failure.compareAndSet(
          null, new Problem("no answer to the usage of " + event.getEventId() + " in time"));
    }
  }
}
