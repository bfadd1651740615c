package dev.tollgate.pricing.rate;

import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.pricing.answer.CallFields;
import dev.tollgate.pricing.publish.Visibility;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.proto.pricing.v1.RateRequest;
import dev.tollgate.proto.pricing.v1.RateResponse;
import dev.tollgate.rating.Call;
import dev.tollgate.rating.Charge;
import dev.tollgate.rating.ChargeStatus;
import dev.tollgate.rating.extract.Extraction;
import dev.tollgate.rating.extract.Profiles;
import dev.tollgate.rating.extract.Stated;
import dev.tollgate.time.TimeSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Says what a call costs that was made.
public final class RateRpc {
  private static final int POSITIONS_MAX = 32;
  private static final long POSITION_MAX = 1_000_000_000_000_000_000L;
  private static final int COUNTER_MAX = 64;
  private static final int FLAVOR_MAX = 64;
  private static final int REF_MAX = 1_024;

  private final Visibility visibility;
  private final Profiles profiles;
  private final TimeSource time;

  public RateRpc(Visibility visibility, Profiles profiles, TimeSource time) {
    this.visibility = visibility;
    this.profiles = profiles;
    this.time = time;
  }

  public RateResponse answer(RateRequest request) {
    var fields = new Fields();
    var form = new CallFields(fields);
    var provider = form.provider(request.getProvider());
    var model = form.model(request.getModel());
    var at = form.time(request.hasEffectiveTime(), request.getEffectiveTime(), time);
    var tier = form.serviceTier(request.getServiceTier());
    var region = form.region(request.getRegion());
    fields.text("price_book_version", request.getPriceBookVersion(), 0, REF_MAX);
    checkPositions(fields, request.getPositionsMap());
    fields.text("api_flavor", request.getApiFlavor(), 0, FLAVOR_MAX);
    var consumed = consumed(fields, request);
    fields.check();

    var positions = new HashMap<>(consumed.positions());
    positions.putAll(request.getPositionsMap());
    var call =
        new Call(
            provider,
            model,
            at,
            tier.isEmpty() ? consumed.serviceTier() : tier,
            region.isEmpty() ? consumed.region() : region,
            consumed.usage(),
            positions);
    var stack = visibility.stack(Caller.current().tenant(), request.getPriceBookVersion());
    var charge =
        consumed.isUnusable()
            ? Charge.unknown(ChargeStatus.USAGE_INVALID, stack.currency(), stack.ref(), List.of())
            : stack.rate(call);
    return ChargeForm.of(charge, consumed);
  }

  /* What contradicts itself becomes flaws. */
  private Extraction consumed(Fields fields, RateRequest request) {
    try {
      return stated(request).read(request.getProvider(), profiles);
    } catch (Failure malformed) {
      malformed
          .violations()
          .forEach(violation -> fields.reject(violation.field(), violation.description()));
      return new Stated.Nothing().read("", profiles);
    }
  }

  private static Stated stated(RateRequest request) {
    return switch (request.getConsumedCase()) {
      case USAGE_BODY -> new Stated.Body(request.getUsageBody(), "", request.getApiFlavor());
      case USAGE -> stated(request.getUsage());
      case CONSUMED_NOT_SET -> new Stated.Nothing();
    };
  }

  private static Stated stated(Usage usage) {
    if (!usage.hasBody()) {
      return new Stated.Buckets(usage.getBucketsMap());
    }
    if (usage.getBucketsCount() > 0) {
      throw Stated.ambiguous();
    }
    var body = usage.getBody();
    return new Stated.Body(body.getJson(), body.getProvider(), body.getApiFlavor());
  }

  private static void checkPositions(Fields fields, Map<String, Long> positions) {
    fields.count("positions (size)", positions.size(), 0, POSITIONS_MAX);
    if (positions.size() <= POSITIONS_MAX) {
      positions.forEach((counter, position) -> {
        fields.text("positions (key)", counter, 1, COUNTER_MAX);
        fields.count("positions (value)", position, 0, POSITION_MAX);
      });
    }
  }
}
