package dev.tollgate.cli.demo;

import com.google.protobuf.Timestamp;
import dev.tollgate.cli.standalone.Problem;
import dev.tollgate.cli.traffic.Call;
import dev.tollgate.client.TollgateClient;
import dev.tollgate.client.TollgateException;
import dev.tollgate.client.UsageStream;
import dev.tollgate.client.UsageStreamSettings;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.ingest.v1.TerminalStatus;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.proto.quota.v1.Allowed;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.ReleaseRequest;
import dev.tollgate.proto.quota.v1.SettleRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes calls as a service would that uses Tollgate: check, call the model (here: pretend to),
/// stream the usage, settle.
public final class Replay {
  /*
   * One virtual thread per call, at most `inFlight` at a time, started in the order of the calls. A
   * DUPLICATE is not settled: its reservation belongs to a call that is counted already, and ingest
   * gives it back. An event that ingest refuses gives its hold back itself.
   */

  /// How hard the calls come.
  ///
  /// @param inFlight how many calls may be under way at once
  /// @param modelTime how long the pretended model takes
  public record Pace(int inFlight, Duration modelTime) {}

  private static final int ATTEMPTS = 8;
  private static final Duration RETRY_PAUSE = Duration.ofMillis(50);

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
    var streams = new LinkedHashMap<String, UsageStream>();
    clients.forEach(
        (id, client) -> streams.put(id, client.streamUsage(UsageStreamSettings.DEFAULT)));
    var slots = new Semaphore(pace.inFlight());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var call : calls) {
        slots.acquireUninterruptibly();
        if (failure.get() != null) {
          slots.release();
          break;
        }
        threads.execute(() -> make(call, of(streams, call), slots));
      }
    } finally {
      streams.values().forEach(UsageStream::close);
    }
    var stopped = failure.get();
    if (stopped != null) {
      throw new Problem("the replay stopped: " + stopped.getMessage(), stopped);
    }
  }

  private void make(Call call, UsageStream stream, Semaphore slots) {
    try {
      make(call, stream);
    } catch (RuntimeException stopped) {
      failure.compareAndSet(null, stopped);
    } finally {
      slots.release();
    }
  }

  private void make(Call call, UsageStream stream) {
    var client = of(clients, call);
    var answer = retrying(() -> client.check(check(call)));
    if (!answer.hasAllowed()) {
      tally.denied(call.tenant() + " / " + answer.getDenied().getBudgetId());
      return;
    }
    var allowed = answer.getAllowed();
    (allowed.getClamped() ? tally.clamped : tally.allowed).increment();
    callModel();
    var usage = usage(call, allowed);
    var result = retrying(() -> stream.send(event(call, allowed, usage)).join());
    switch (result.getStatus()) {
      case EVENT_STATUS_ACCEPTED -> {
        tally.accepted.increment();
        retrying(() -> client.settle(settle(allowed, usage)));
      }
      case EVENT_STATUS_DUPLICATE -> tally.duplicates.increment();
      default -> {
        tally.refused.increment();
        retrying(() -> client.release(release(allowed)));
      }
    }
  }

  private void callModel() {
    if (!pace.modelTime().isZero()) {
      LockSupport.parkNanos(pace.modelTime().toNanos());
    }
  }

  private static CheckQuotaRequest check(Call call) {
    return CheckQuotaRequest.newBuilder()
        .setRequestId(call.id())
        .setDimensions(call.dimensions())
        .setInputTokens(call.inputTokens())
        .setMaxOutputTokens(call.maxOutputTokens())
        .setMinOutputTokens(call.minOutputTokens())
        .build();
  }

  /// What the model would report: it stops at the limit that it was given.
  private static Usage usage(Call call, Allowed allowed) {
    return Usage.newBuilder()
        .putBuckets("input", call.inputTokens())
        .putBuckets("output", Math.min(call.outputTokens(), allowed.getMaxOutputTokens()))
        .build();
  }

  private static UsageEvent event(Call call, Allowed allowed, Usage usage) {
    return UsageEvent.newBuilder()
        .setEventId(call.id())
        .setEventTime(timestamp(call.time()))
        .setReservationId(allowed.getReservationId())
        .setDimensions(call.dimensions())
        .setUsage(usage)
        .setTerminalStatus(TerminalStatus.TERMINAL_STATUS_SUCCESS)
        .setRequestedMaxOutputTokens(allowed.getMaxOutputTokens())
        .build();
  }

  private static SettleRequest settle(Allowed allowed, Usage usage) {
    return SettleRequest.newBuilder()
        .setReservationId(allowed.getReservationId())
        .setUsage(usage)
        .build();
  }

  private static ReleaseRequest release(Allowed allowed) {
    return ReleaseRequest.newBuilder().setReservationId(allowed.getReservationId()).build();
  }

  /// Every request here is idempotent, so what may pass is tried again, a few times.
  private static <T> T retrying(Supplier<T> request) {
    for (int attempt = 1; ; attempt++) {
      try {
        return request.get();
      } catch (CompletionException | TollgateException thrown) {
        var cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        if (!(cause instanceof TollgateException failed)) {
          throw thrown;
        }
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
}
