package dev.tollgate.pricing.quote;

import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.pricing.answer.CallFields;
import dev.tollgate.pricing.answer.Shown;
import dev.tollgate.pricing.publish.Visibility;
import dev.tollgate.proto.pricing.v1.QuoteRequest;
import dev.tollgate.proto.pricing.v1.QuoteResponse;
import dev.tollgate.rating.Ask;
import dev.tollgate.time.TimeSource;

/// Says what a call may cost at most.
public final class QuoteRpc {
  private final Visibility visibility;
  private final TimeSource time;

  public QuoteRpc(Visibility visibility, TimeSource time) {
    this.visibility = visibility;
    this.time = time;
  }

  public QuoteResponse answer(QuoteRequest request) {
    var fields = new Fields();
    var call = new CallFields(fields);
    var at = call.time(request.hasEffectiveTime(), request.getEffectiveTime(), time);
    var ask =
        new Ask(
            call.provider(request.getProvider()),
            call.model(request.getModel()),
            call.serviceTier(request.getServiceTier()),
            call.region(request.getRegion()),
            at,
            at,
            call.tokens("input_tokens", request.getInputTokens()),
            call.tokens("output_tokens", request.getOutputTokens()));
    fields.check();

    var stack = visibility.stack(Caller.current().tenant());
    var ceiling = stack.ceiling(ask);
    var answer =
        QuoteResponse.newBuilder()
            .setCeiling(Shown.money(ceiling.currency(), ceiling.cost().toUnits()))
            .setPriceBookVersion(ceiling.bookRef());
    for (var option : Options.of(stack, ask)) {
      answer
          .addOptionsBuilder()
          .setServiceTier(option.serviceTier())
          .setRegion(option.region())
          .setCeiling(Shown.money(stack.currency(), option.ceiling().toUnits()));
    }
    return answer.build();
  }
}
