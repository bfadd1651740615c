package dev.tollgate.quota.check;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.proto.quota.v1.Allowed;
import dev.tollgate.proto.quota.v1.CheckQuotaRequest;
import dev.tollgate.proto.quota.v1.CheckQuotaResponse;
import dev.tollgate.proto.quota.v1.Denied;
import dev.tollgate.proto.quota.v1.LimitUnit;
import dev.tollgate.quota.answer.Amounts;
import dev.tollgate.quota.answer.Answers;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.hold.Digests;
import dev.tollgate.quota.hold.Subject;
import dev.tollgate.quota.hold.Tokens;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/// `CheckQuota` on the wire. Does not block.
public final class CheckQuotaRpc {
  private static final int REQUEST_ID_MAX = 128;
  private static final long TOKENS_MAX = 100_000_000;
  private static final Duration HOLD_MIN = Duration.ofSeconds(1);
  private static final Duration HOLD_MAX = Duration.ofHours(24);
  private static final Duration HOLD_DEFAULT = Duration.ofMinutes(10);
  private static final int FINGERPRINT_BYTES = 16;
  private static final Set<String> SERVICE_TIERS =
      Set.of("", "standard", "batch", "flex", "priority", "fast");

  private final Checks checks;
  private final Tokens tokens;
  private final Counter allowed;
  private final Counter clamped;
  private final Counter denied;

  public CheckQuotaRpc(Checks checks, Tokens tokens, MeterRegistry meters) {
    this.checks = checks;
    this.tokens = tokens;
    this.allowed = meters.counter("quota.decisions", "outcome", "allowed");
    this.clamped = meters.counter("quota.decisions", "outcome", "clamped");
    this.denied = meters.counter("quota.decisions", "outcome", "denied");
  }

  public void checkQuota(CheckQuotaRequest request, StreamObserver<CheckQuotaResponse> observer) {
    var check = parse(request, Caller.current());
    Answers.send(checks.decide(check).thenApply(this::response), observer);
  }

  private static Check parse(CheckQuotaRequest request, Caller caller) {
    var fields = new Fields();
    fields.token("request_id", request.getRequestId(), REQUEST_ID_MAX);
    var given = fields.dimensions("dimensions", request.getDimensions(), true);
    fields.count("input_tokens", request.getInputTokens(), 0, TOKENS_MAX);
    var most = fields.count("max_output_tokens", request.getMaxOutputTokens(), 0, TOKENS_MAX);
    fields.count("min_output_tokens", request.getMinOutputTokens(), 0, most);
    var hold =
        request.hasHoldDuration()
            ? fields.duration("hold_duration", request.getHoldDuration(), HOLD_MIN, HOLD_MAX)
            : HOLD_DEFAULT;
    var tier = request.getServiceTier();
    if (!SERVICE_TIERS.contains(tier)) {
      fields.reject(
          "service_tier",
          Shown.text(tier) + " (expected: empty, standard, batch, flex, priority or fast)");
    }
    fields.check();
    var dimensions = caller.pinned(given);
    return new Check(
        caller.tenant(),
        request.getRequestId(),
        dimensions,
        new Subject(dimensions.getProvider(), dimensions.getModel(), tier, dimensions.getRegion()),
        request.getInputTokens(),
        request.getMaxOutputTokens(),
        request.getMinOutputTokens(),
        hold,
        fingerprint(request.toBuilder().clearRequestId().setDimensions(dimensions).build()));
  }

  /* Maps have no order on the wire, so they are written in one. */
  private static String fingerprint(CheckQuotaRequest content) {
    var bytes = new ByteArrayOutputStream(content.getSerializedSize());
    var out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      content.writeTo(out);
      out.flush();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return Digests.brief(bytes.toByteArray(), FINGERPRINT_BYTES);
  }

  private CheckQuotaResponse response(Decision decision) {
    var response = CheckQuotaResponse.newBuilder();
    switch (decision) {
      case Decision.Allowed yes -> {
        (yes.clamped() ? clamped : allowed).increment();
        response.setAllowed(print(yes));
      }
      case Decision.Denied no -> {
        denied.increment();
        response.setDenied(print(no));
      }
    }
    return response.build();
  }

  private Allowed print(Decision.Allowed yes) {
    var reservation = yes.reservation();
    var terms = reservation.terms();
    return Allowed.newBuilder()
        .setReservationId(tokens.seal(reservation))
        .setExpireTime(timestamp(reservation.expireTime()))
        .setMaxOutputTokens(terms.maxOutputTokens())
        .setClamped(yes.clamped())
        .setHeldCost(Amounts.money(terms.currency(), terms.held().costNanos()))
        .setPriceBookVersion(terms.bookRef())
        .setUnknownModel(terms.unknownModel())
        .build();
  }

  private static Denied print(Decision.Denied no) {
    var limit = no.limit();
    var denied =
        Denied.newBuilder()
            .setBudgetId(no.budgetId())
            .setBudgetDisplayName(no.displayName())
            .addAllGroup(no.group())
            .setUnit(unit(limit))
            .setMessage(message(no))
            .setRemaining(limit.print(no.remaining()))
            .setRequested(limit.print(no.requested()));
    no.resetTime()
        .ifPresent(reset ->
            denied
                .setResetTime(timestamp(reset))
                .setRetryAfter(
                    Durations.fromMillis(
                        Math.max(0, Duration.between(no.now(), reset).toMillis()))));
    return denied.build();
  }

  private static String message(Decision.Denied no) {
    var spent = "The budget for this is used up.";
    return no.resetTime().isEmpty()
        ? spent + " Ask who looks after it for more."
        : spent + " It is renewed when its current period ends.";
  }

  private static LimitUnit unit(Limit limit) {
    return switch (limit.unit()) {
      case COST_NANOS, COST_MICROS -> LimitUnit.LIMIT_UNIT_COST;
      case TOKENS -> LimitUnit.LIMIT_UNIT_TOKENS;
      case INPUT_TOKENS -> LimitUnit.LIMIT_UNIT_INPUT_TOKENS;
      case OUTPUT_TOKENS -> LimitUnit.LIMIT_UNIT_OUTPUT_TOKENS;
      case REQUESTS -> LimitUnit.LIMIT_UNIT_REQUESTS;
    };
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamps.fromMillis(instant.toEpochMilli());
  }
}
