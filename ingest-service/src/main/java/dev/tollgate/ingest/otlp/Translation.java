package dev.tollgate.ingest.otlp;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.tollgate.ingest.otlp.Aliases.Ending;
import dev.tollgate.ingest.otlp.Aliases.Field;
import dev.tollgate.ingest.otlp.TokenCounts.Division;
import dev.tollgate.ingest.otlp.TokenCounts.Reading;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.ingest.v1.TerminalStatus;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Says as an event what a span or log record says of a call.
final class Translation {
  private static final String EMBEDDINGS = "embeddings";
  private static final int SHORT_TEXT_MAX = 64;
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long LATENCY_NANOS_MAX = 24 * 3_600 * NANOS_PER_SECOND;

  private final Trail trail;
  private final String operation;
  private final Remarks remarks;
  private final UsageEvent.Builder event = UsageEvent.newBuilder();

  private Translation(Trail trail, Remarks remarks) {
    this.trail = trail;
    this.operation = trail.aliases().operation(trail.record()).orElse("");
    this.remarks = remarks;
  }

  /// @param pinned the dimensions that the credential says itself
  /// @param remarks gets what the sender should know of how the record was read
  static UsageEvent of(Trail trail, String eventId, Set<String> pinned, Remarks remarks) {
    return new Translation(trail, remarks).event(eventId, pinned);
  }

  private UsageEvent event(String eventId, Set<String> pinned) {
    event.setEventId(eventId);
    event.setDimensions(Attribution.of(trail, operation, pinned, remarks));
    times();
    ending();
    usage();
    trail
        .text(Field.FINISH_REASON)
        .ifPresent(reason -> event.setFinishReason(Texts.fit(reason, SHORT_TEXT_MAX)));
    trail
        .text(Field.SERVICE_TIER)
        .ifPresent(
            tier -> event.setServiceTier(trail.aliases().serviceTiers().getOrDefault(tier, tier)));
    trail.text(Field.RESERVATION_ID).ifPresent(event::setReservationId);
    trail.text(Field.LOGICAL_REQUEST_ID).ifPresent(event::setLogicalRequestId);
    whole(Field.ATTEMPT)
        .ifPresent(
            attempt -> event.setAttempt(Math.clamp(attempt, Integer.MIN_VALUE, Integer.MAX_VALUE)));
    whole(Field.MAX_OUTPUT_TOKENS)
        .filter(tokens -> tokens >= 0 && tokens <= dev.tollgate.rating.Usage.QUANTITY_MAX)
        .ifPresent(event::setRequestedMaxOutputTokens);
    return event.build();
  }

  private void times() {
    var record = trail.record();
    var end = record.endNanos();
    if (end != 0) {
      event.setEventTime(
          Timestamp.newBuilder()
              .setSeconds(Long.divideUnsigned(end, NANOS_PER_SECOND))
              .setNanos((int) Long.remainderUnsigned(end, NANOS_PER_SECOND)));
    }
    var latency = end - record.startNanos();
    if (record.startNanos() == 0 || latency < 0 || latency > LATENCY_NANOS_MAX) {
      return;
    }
    event.setLatency(duration(latency));
    firstTokenNanos()
        .filter(nanos -> nanos.signum() >= 0 && nanos.compareTo(BigDecimal.valueOf(latency)) <= 0)
        .ifPresent(nanos -> event.setTimeToFirstToken(duration(nanos.longValue())));
  }

  private Optional<BigDecimal> firstTokenNanos() {
    return number(Field.FIRST_TOKEN_SECONDS)
        .map(seconds -> seconds.movePointRight(9))
        .or(() -> number(Field.FIRST_TOKEN_MILLIS).map(millis -> millis.movePointRight(6)));
  }

  private static Duration duration(long nanos) {
    return Duration.newBuilder()
        .setSeconds(nanos / NANOS_PER_SECOND)
        .setNanos((int) (nanos % NANOS_PER_SECOND))
        .build();
  }

  private void ending() {
    var error = error();
    if (error.isEmpty()) {
      event.setTerminalStatus(TerminalStatus.TERMINAL_STATUS_SUCCESS);
      return;
    }
    event.setErrorCode(Texts.fit(error.get(), SHORT_TEXT_MAX));
    event.setTerminalStatus(TerminalStatus.TERMINAL_STATUS_ERROR);
    for (var ending : Ending.values()) {
      if (isAmong(trail.aliases().errors(ending), error.get())) {
        event.setTerminalStatus(
            switch (ending) {
              case RATE_LIMITED -> TerminalStatus.TERMINAL_STATUS_RATE_LIMITED;
              case TIMEOUT -> TerminalStatus.TERMINAL_STATUS_TIMEOUT;
              case CANCELLED -> TerminalStatus.TERMINAL_STATUS_CANCELLED;
            });
        return;
      }
    }
  }

  /// Empty where the call succeeded. A status code of HTTP alone is no error.
  private Optional<String> error() {
    var attributes = trail.record().attributes();
    var failed = trail.record().failed() || attributes.has("error.type");
    return failed ? Optional.of(trail.text(Field.ERROR).orElse("error")) : Optional.empty();
  }

  /// A number must be the whole error; a word may be a part of it.
  private static boolean isAmong(List<String> known, String error) {
    var text = error.toLowerCase(Locale.ROOT);
    return known.stream()
        .anyMatch(
            each -> Character.isDigit(each.charAt(0)) ? text.equals(each) : text.contains(each));
  }

  private void usage() {
    var reading =
        new Reading(trail.isTrue(Field.CACHE_BESIDE), trail.isTrue(Field.REASONING_BESIDE));
    var attributes = trail.record().attributes();
    switch (TokenCounts.divide(
        attributes, trail.aliases(), reading, !operation.equals(EMBEDDINGS))) {
      case Division.Buckets buckets ->
          event.setUsage(Usage.newBuilder().putAllBuckets(buckets.buckets()));
      case Division.Contradiction contradiction ->
          remarks.add(() ->
              contradiction.field()
                  + ": "
                  + contradiction.description()
                  + "; counted with its usage unknown");
      case Division.None _ -> {
        if (error().filter(error -> isAmong(trail.aliases().freeErrors(), error)).isPresent()) {
          event.setUsage(Usage.getDefaultInstance());
        }
      }
    }
  }

  private Optional<Long> whole(Field field) {
    try {
      return number(field).map(BigDecimal::longValueExact);
    } catch (ArithmeticException noWhole) {
      return Optional.empty();
    }
  }

  /// What is no number is none: it says how a call went, not what it cost.
  private Optional<BigDecimal> number(Field field) {
    return trail.text(field).flatMap(Translation::number);
  }

  private static Optional<BigDecimal> number(String text) {
    try {
      return text.length() > SHORT_TEXT_MAX ? Optional.empty() : Optional.of(new BigDecimal(text));
    } catch (NumberFormatException none) {
      return Optional.empty();
    }
  }
}
