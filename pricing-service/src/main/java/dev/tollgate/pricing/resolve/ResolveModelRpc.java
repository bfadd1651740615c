package dev.tollgate.pricing.resolve;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.pricing.answer.CallFields;
import dev.tollgate.pricing.answer.EntryForm;
import dev.tollgate.pricing.publish.Visibility;
import dev.tollgate.pricing.resolve.Resolution.Circumstances;
import dev.tollgate.pricing.resolve.Resolution.Listed;
import dev.tollgate.pricing.resolve.Resolution.Why;
import dev.tollgate.proto.pricing.v1.BucketResolution;
import dev.tollgate.proto.pricing.v1.ModelMatchKind;
import dev.tollgate.proto.pricing.v1.PassedReason;
import dev.tollgate.proto.pricing.v1.Price;
import dev.tollgate.proto.pricing.v1.ResolveModelRequest;
import dev.tollgate.proto.pricing.v1.ResolveModelResponse;
import dev.tollgate.rating.Match;
import dev.tollgate.time.TimeSource;

/// Says why a call has its prices.
public final class ResolveModelRpc {
  private final Visibility visibility;
  private final TimeSource time;

  public ResolveModelRpc(Visibility visibility, TimeSource time) {
    this.visibility = visibility;
    this.time = time;
  }

  public ResolveModelResponse answer(ResolveModelRequest request) {
    var fields = new Fields();
    var call = new CallFields(fields);
    var at =
        new Circumstances(
            call.provider(request.getProvider()),
            call.model(request.getModel()),
            call.time(request.hasEffectiveTime(), request.getEffectiveTime(), time),
            call.serviceTier(request.getServiceTier()),
            call.region(request.getRegion()),
            call.tokens("input_tokens", request.getInputTokens()));
    fields.check();

    var stack = visibility.stack(Caller.current().tenant());
    var matches = stack.matches(at.provider(), at.model());
    if (matches.isEmpty()) {
      throw Failure.of(
          Reason.MODEL_UNKNOWN,
          "no book of %s knows this model of this provider".formatted(stack.ref()));
    }
    var answer = ResolveModelResponse.newBuilder().setPriceBookVersion(stack.ref());
    matches.forEach((ref, match) ->
        answer
            .addMatchesBuilder()
            .setPriceBookVersion(ref)
            .setModel(match.model().name())
            .setKind(kind(match.by()))
            .setText(match.text()));
    Resolution.of(stack, at).forEach(each -> answer.addBuckets(message(each)));
    return answer.build();
  }

  private static BucketResolution message(Resolution.OfBucket resolved) {
    var message =
        BucketResolution.newBuilder()
            .setBucket(resolved.bucket().bucketName())
            .addAllMultiplierIds(resolved.multiplierIds());
    resolved.price().ifPresent(price -> message.setPrice(message(price)));
    for (var passed : resolved.passed()) {
      message.addPassedBuilder().setPrice(message(passed.listed())).setReason(reason(passed.why()));
    }
    return message.build();
  }

  private static Price message(Listed listed) {
    return new EntryForm(listed.book().ref(), listed.book().currency())
        .price(listed.model(), listed.price());
  }

  private static ModelMatchKind kind(Match.By by) {
    return switch (by) {
      case NAME -> ModelMatchKind.MODEL_MATCH_KIND_NAME;
      case ALIAS -> ModelMatchKind.MODEL_MATCH_KIND_ALIAS;
      case PREFIX -> ModelMatchKind.MODEL_MATCH_KIND_PREFIX;
      case PATTERN -> ModelMatchKind.MODEL_MATCH_KIND_PATTERN;
    };
  }

  private static PassedReason reason(Why why) {
    return switch (why) {
      case OTHER_TIER -> PassedReason.PASSED_REASON_OTHER_TIER;
      case OTHER_REGION -> PassedReason.PASSED_REASON_OTHER_REGION;
      case OTHER_TIME -> PassedReason.PASSED_REASON_OTHER_TIME;
      case OTHER_HOURS -> PassedReason.PASSED_REASON_OTHER_HOURS;
      case INPUT_TOO_SMALL -> PassedReason.PASSED_REASON_INPUT_TOO_SMALL;
      case OVERRIDDEN -> PassedReason.PASSED_REASON_OVERRIDDEN;
    };
  }
}
