package dev.tollgate.client.meter;

import com.google.protobuf.Timestamp;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.ingest.v1.TerminalStatus;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.proto.quota.v1.Allowed;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// One call of a model that may be made now: from its check to the report of what it consumed. Its
/// hold is prolonged until it ends. Ending it twice does nothing. Safe for concurrent use.
public final class Attempt implements AutoCloseable {
  /// An event that states more is INVALID; and an attempt that lasts longer was forgotten.
  private static final Duration LATENCY_MAX = Duration.ofHours(24);

  private final Metering metering;
  private final ModelCall call;
  private final boolean checked;
  private final long maxOutputTokens;
  private final boolean clamped;
  private final long begun;

  private @Nullable Allowed allowed;
  private @Nullable Future<?> heartbeat;
  private @Nullable Duration toFirstToken;
  private boolean ended;

  /// One that passed its check.
  Attempt(Metering metering, ModelCall call, Allowed allowed) {
    this(metering, call, true, allowed.getMaxOutputTokens(), allowed.getClamped());
    this.allowed = allowed;
  }

  /// One that could not be checked.
  Attempt(Metering metering, ModelCall call) {
    this(metering, call, false, call.check().getMaxOutputTokens(), false);
  }

  private Attempt(
      Metering metering, ModelCall call, boolean checked, long maxOutputTokens, boolean clamped) {
    this.metering = metering;
    this.call = call;
    this.checked = checked;
    this.maxOutputTokens = maxOutputTokens;
    this.clamped = clamped;
    this.begun = metering.nanoTime();
  }

  /// The call, with its id.
  public ModelCall call() {
    return call;
  }

  /// The output limit to give to the model: what was asked for, or less.
  public long maxOutputTokens() {
    return maxOutputTokens;
  }

  /// Whether the output limit is less than was asked for.
  public boolean clamped() {
    return clamped;
  }

  /// Whether the call was checked. One that was not is made because of `WhenAway.ALLOW`.
  public boolean checked() {
    return checked;
  }

  /// What the server said, with the notices of thresholds passed; empty where it has said nothing.
  public synchronized Optional<Allowed> allowed() {
    return Optional.ofNullable(allowed);
  }

  /// The first token has arrived. Only the first time counts.
  public synchronized void firstToken() {
    if (toFirstToken == null) {
      toFirstToken = sinceBegun();
    }
  }

  /// The call ended well, and consumed this.
  public void succeed(Usage usage) {
    succeed(UsageEvent.newBuilder().setUsage(usage).build());
  }

  /// The call ended well. The fields that are set of the event win over what the client measured.
  public void succeed(UsageEvent told) {
    end(TerminalStatus.TERMINAL_STATUS_SUCCESS, told);
  }

  /// The call failed. A provider that has sent tokens bills them: a refusal after the first one has
  /// unknown usage.
  public void fail(AttemptFailure failure) {
    var told = failure.told();
    var billed = measured().isPresent() && told.getUsage().getBucketsMap().isEmpty();
    end(
        TerminalStatus.TERMINAL_STATUS_ERROR,
        billed ? told.toBuilder().clearUsage().build() : told);
  }

  /// The model was not called after all: what is held is given back, and nothing is reported.
  public void release() {
    if (finish() && !reservation().isEmpty()) {
      metering.release(reservation());
    }
  }

  /// Ends an attempt that nobody ended: CANCELLED, with unknown usage.
  @Override
  public void close() {
    fail(AttemptFailure.unknown(TerminalStatus.TERMINAL_STATUS_CANCELLED, ""));
  }

  /// The hold that this attempt has and is to keep: for a day, should nobody end it.
  synchronized Optional<String> openReservation() {
    var forgotten = sinceBegun().compareTo(LATENCY_MAX) > 0;
    return ended || forgotten || allowed == null
        ? Optional.empty()
        : Optional.of(allowed.getReservationId());
  }

  /// The answer to the check came after all: it is the attempt's while that lasts, else given back.
  void late(Allowed answer) {
    synchronized (this) {
      if (!ended) {
        allowed = answer;
        return;
      }
    }
    metering.release(answer.getReservationId());
  }

  synchronized void beat(Future<?> beats) {
    heartbeat = beats;
    if (ended) {
      beats.cancel(false);
    }
  }

  private void end(TerminalStatus status, UsageEvent told) {
    var latency = sinceBegun();
    if (finish()) {
      metering.report(event(status, told, latency));
    }
  }

  /// Ends the attempt, and with that which reservation it has; false where it had ended before.
  private synchronized boolean finish() {
    if (ended) {
      return false;
    }
    ended = true;
    if (heartbeat != null) {
      heartbeat.cancel(false);
    }
    return true;
  }

  private synchronized String reservation() {
    return allowed == null ? "" : allowed.getReservationId();
  }

  private UsageEvent event(TerminalStatus status, UsageEvent told, Duration latency) {
    var now = metering.now();
    var event =
        UsageEvent.newBuilder()
            .setEventId(call.check().getRequestId())
            .setReservationId(reservation())
            .setDimensions(call.check().getDimensions())
            .setServiceTier(call.check().getServiceTier())
            .setLogicalRequestId(call.logicalRequestId())
            .setAttempt(call.attempt())
            .setTerminalStatus(status)
            .setRequestedMaxOutputTokens(maxOutputTokens)
            .mergeFrom(told);
    // Not before the merge, which would mix the seconds of the one with the nanos of the other.
    if (!told.hasEventTime()) {
      event.setEventTime(
          Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()));
    }
    if (!told.hasLatency()) {
      event.setLatency(wire(shorter(latency, LATENCY_MAX)));
    }
    var first = measured();
    if (!told.hasTimeToFirstToken() && first.isPresent()) {
      event.setTimeToFirstToken(wire(shorter(first.get(), duration(event.getLatency()))));
    }
    return event.build();
  }

  private synchronized Optional<Duration> measured() {
    return Optional.ofNullable(toFirstToken);
  }

  private Duration sinceBegun() {
    return Duration.ofNanos(metering.nanoTime() - begun);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration duration(com.google.protobuf.Duration wire) {
    return Duration.ofSeconds(wire.getSeconds(), wire.getNanos());
  }

  private static com.google.protobuf.Duration wire(Duration duration) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }
}
