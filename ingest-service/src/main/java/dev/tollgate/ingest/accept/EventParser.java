package dev.tollgate.ingest.accept;

import dev.tollgate.failure.Failure;
import dev.tollgate.ingest.attribute.Filled;
import dev.tollgate.ingest.dedupe.Content;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.rating.Usage;
import dev.tollgate.rating.extract.Extraction;
import dev.tollgate.rating.extract.Profiles;
import dev.tollgate.rating.extract.Stated;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/// Checks one event, field by field, against what the contract promises of it.
final class EventParser {
  private static final Instant EVENT_TIME_MIN = Instant.parse("2020-01-01T00:00:00Z");
  private static final Duration LATENCY_MAX = Duration.ofHours(24);
  private static final int EVENT_ID_MAX = 128;
  private static final int RESERVATION_ID_MAX = 1_024;
  private static final int SHORT_TEXT_MAX = 64;
  private static final int ATTEMPT_MAX = 1_000;
  private static final Extraction NOTHING = new Stated.Nothing().read("", Profiles.shipped());
  private static final Set<String> SERVICE_TIERS =
      Set.of("", "standard", "batch", "flex", "priority", "fast");

  private final TimeSource time;
  private final Duration eventAheadMax;

  /// @param eventAheadMax how far behind its event the server's clock may be
  EventParser(TimeSource time, Duration eventAheadMax) {
    this.time = time;
    this.eventAheadMax = eventAheadMax;
  }

  Arrival parse(UsageEvent event, Caller caller) {
    return parse(new Fields(), event, caller, false);
  }

  /// An event that was sent as history.
  Arrival parseHistory(UsageEvent event, Caller caller) {
    var fields = new Fields();
    if (!event.getReservationId().isEmpty()) {
      fields.rejectText(
          "reservation_id", event.getReservationId(), "empty: history settles nothing");
    }
    return parse(fields, event, caller, true);
  }

  private Arrival parse(Fields fields, UsageEvent event, Caller caller, boolean isHistory) {
    identity(fields, event);
    attribution(fields, event, caller);
    var consumed = consumed(fields, event);
    outcome(fields, event);
    details(fields, event, consumed.usage());
    var violations = fields.violations();
    if (!violations.isEmpty()) {
      var eventId = event.getEventId();
      return new Arrival.Malformed(
          eventId.substring(0, Math.min(eventId.length(), EVENT_ID_MAX)), violations);
    }
    return new Arrival.Valid(
        event,
        completed(event, caller, consumed),
        Content.of(event),
        consumed.usage(),
        consumed.flaws(),
        Filled.NOTHING,
        isHistory);
  }

  private void identity(Fields fields, UsageEvent event) {
    fields.token("event_id", event.getEventId(), EVENT_ID_MAX);
    var _ =
        fields.instant(
            "event_time",
            event.hasEventTime(),
            event.getEventTime(),
            EVENT_TIME_MIN,
            time.now().plus(eventAheadMax));
    if (!event.getReservationId().isEmpty()) {
      fields.token("reservation_id", event.getReservationId(), RESERVATION_ID_MAX);
    }
    if (!event.getLogicalRequestId().isEmpty()) {
      fields.token("logical_request_id", event.getLogicalRequestId(), EVENT_ID_MAX);
    }
    fields.count("attempt", event.getAttempt(), 0, ATTEMPT_MAX);
  }

  private static void attribution(Fields fields, UsageEvent event, Caller caller) {
    var dimensions = event.getDimensions();
    fields.dimensions("dimensions", dimensions, true);
    fields.pins("dimensions", dimensions, caller.pins());
  }

  private static Extraction consumed(Fields fields, UsageEvent event) {
    if (!SERVICE_TIERS.contains(event.getServiceTier())) {
      fields.reject(
          "service_tier",
          Shown.text(event.getServiceTier())
              + " (expected: empty, standard, batch, flex, priority or fast)");
    }
    try {
      return stated(event).read(event.getDimensions().getProvider(), Profiles.shipped());
    } catch (Failure malformed) {
      malformed
          .violations()
          .forEach(violation -> fields.reject(violation.field(), violation.description()));
      return NOTHING;
    }
  }

  private static Stated stated(UsageEvent event) {
    if (!event.hasUsage()) {
      return new Stated.Nothing();
    }
    var usage = event.getUsage();
    if (!usage.hasBody()) {
      return new Stated.Buckets(usage.getBucketsMap());
    }
    if (usage.getBucketsCount() > 0) {
      throw Stated.ambiguous();
    }
    var body = usage.getBody();
    return new Stated.Body(body.getJson(), body.getProvider(), body.getApiFlavor());
  }

  /* What the event leaves open its usage body may tell; what the credential pins comes before. The
  body itself has been read: nothing of it goes further. */
  private static UsageEvent completed(UsageEvent event, Caller caller, Extraction consumed) {
    if (caller.pins().isEmpty()
        && !event.getUsage().hasBody()
        && consumed.serviceTier().isEmpty()
        && consumed.region().isEmpty()) {
      return event;
    }
    var completed =
        event.toBuilder().clearUsage().setDimensions(caller.pinned(event.getDimensions()));
    if (event.getServiceTier().isEmpty()) {
      completed.setServiceTier(consumed.serviceTier());
    }
    if (!consumed.region().isEmpty() && completed.getDimensions().getRegion().isEmpty()) {
      completed.getDimensionsBuilder().setRegion(consumed.region());
    }
    return completed.build();
  }

  private static void outcome(Fields fields, UsageEvent event) {
    fields.known("terminal_status", event.getTerminalStatus(), event.getTerminalStatusValue());
    fields.known("served_from", event.getServedFrom(), event.getServedFromValue());
    fields.text("error_code", event.getErrorCode(), 0, SHORT_TEXT_MAX);
    fields.text("finish_reason", event.getFinishReason(), 0, SHORT_TEXT_MAX);
    var latency = fields.duration("latency", event.getLatency(), Duration.ZERO, LATENCY_MAX);
    var _ =
        fields.duration(
            "time_to_first_token",
            event.getTimeToFirstToken(),
            Duration.ZERO,
            event.hasLatency() ? latency : LATENCY_MAX);
  }

  private static void details(Fields fields, UsageEvent event, Usage usage) {
    fields.count(
        "requested_max_output_tokens", event.getRequestedMaxOutputTokens(), 0, Usage.QUANTITY_MAX);
    fields.count(
        "system_prompt_tokens",
        event.getSystemPromptTokens(),
        0,
        usage.isMissing() ? Usage.QUANTITY_MAX : usage.inputTokens());
    if (!event.getInputFingerprint().isEmpty()) {
      fields.token("input_fingerprint", event.getInputFingerprint(), SHORT_TEXT_MAX);
    }
    var score = event.getQualityScore();
    if (event.hasQualityScore() && !(score >= 0 && score <= 1)) {
      fields.reject("quality_score", score + " (expected: 0 to 1)");
    }
  }
}
