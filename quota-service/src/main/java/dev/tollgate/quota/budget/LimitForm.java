package dev.tollgate.quota.budget;

import dev.tollgate.kernel.field.Fields;
import dev.tollgate.money.Nanos;
import dev.tollgate.proto.budget.v1.Limit.AmountCase;
import dev.tollgate.proto.budget.v1.SpendRate;
import dev.tollgate.quota.answer.Amounts;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// Limits as they go over the wire: parsed with every mistake named, and printed.
final class LimitForm {
  private static final BigDecimal COST_MAX = BigDecimal.valueOf(9_000_000_000L);
  private static final BigDecimal FLOOR_MAX = BigDecimal.valueOf(40_000L);
  private static final long COUNT_MAX = 1_000_000_000_000_000L;
  private static final int LIMITS_MAX = 5;
  private static final int RATE_PERCENT_MIN = 101;
  private static final int RATE_PERCENT_MAX = 10_000;

  private LimitForm() {}

  /// @param percent of each that calls may use at most
  static List<Limit> parse(
      Fields fields, List<dev.tollgate.proto.budget.v1.Limit> forms, int percent) {
    fields.count("budget.limits (size)", forms.size(), 1, LIMITS_MAX);
    var limits = new ArrayList<Limit>();
    var kinds = new HashSet<AmountCase>();
    for (int i = 0; i < Math.min(forms.size(), LIMITS_MAX); i++) {
      var field = "budget.limits[" + i + "]";
      var kind = forms.get(i).getAmountCase();
      if (!kinds.add(kind == AmountCase.SPEND_RATE ? AmountCase.COST : kind)) {
        fields.reject(field, kind + " (expected: at most one per unit)");
      }
      for (var limit : parse(fields, field, forms.get(i), percent)) {
        if (limit.amount() > limit.amountMax(percent)) {
          fields.reject(
              field,
              "%s (expected: at most %s where %d %% of it may be used)"
                  .formatted(
                      limit.printAmount(limit.amount()),
                      limit.printAmount(limit.amountMax(percent)),
                      percent));
        }
        limits.add(limit);
      }
    }
    return limits;
  }

  /// The limit, or none where it was rejected.
  static List<Limit> parse(
      Fields fields, String field, dev.tollgate.proto.budget.v1.Limit form, int percent) {
    return switch (form.getAmountCase()) {
      case COST -> {
        var cost = fields.amount(field + ".cost", form.getCost(), Nanos.SCALE, COST_MAX);
        yield List.of(
            Limit.cost(form.getCost().getCurrencyCode(), Nanos.of(cost).value(), percent));
      }
      case TOKENS -> List.of(Limit.tokens(count(fields, field + ".tokens", form.getTokens())));
      case INPUT_TOKENS ->
          List.of(Limit.inputTokens(count(fields, field + ".input_tokens", form.getInputTokens())));
      case OUTPUT_TOKENS ->
          List.of(
              Limit.outputTokens(count(fields, field + ".output_tokens", form.getOutputTokens())));
      case REQUESTS ->
          List.of(Limit.requests(count(fields, field + ".requests", form.getRequests())));
      case SPEND_RATE -> List.of(rate(fields, field + ".spend_rate", form.getSpendRate()));
      case AMOUNT_NOT_SET -> {
        fields.reject(
            field,
            "missing (expected: cost, tokens, input_tokens, output_tokens, requests or"
                + " spend_rate)");
        yield List.of();
      }
    };
  }

  private static long count(Fields fields, String field, long value) {
    return fields.count(field, value, 0, COUNT_MAX);
  }

  private static Limit rate(Fields fields, String field, SpendRate form) {
    var floor = fields.amount(field + ".floor", form.getFloor(), Nanos.SCALE, FLOOR_MAX);
    if (floor.signum() == 0) {
      fields.reject(field + ".floor.amount", floor + " (expected: above 0)");
    }
    var percent =
        fields.count(field + ".percent", form.getPercent(), RATE_PERCENT_MIN, RATE_PERCENT_MAX);
    return Limit.spendRate(
        form.getFloor().getCurrencyCode(), Nanos.of(floor).value(), (int) percent);
  }

  /// With the limit's own amount.
  static dev.tollgate.proto.budget.v1.Limit print(Limit limit) {
    if (!limit.isSpendRate()) {
      return print(limit, limit.amount());
    }
    return dev.tollgate.proto.budget.v1.Limit.newBuilder()
        .setSpendRate(
            SpendRate.newBuilder()
                .setPercent(limit.ratePercent())
                .setFloor(Amounts.money(limit.currency(), limit.amount())))
        .build();
  }

  /// An amount in the limit's unit: nanos, tokens or calls.
  static dev.tollgate.proto.budget.v1.Limit print(Limit limit, long amount) {
    var form = dev.tollgate.proto.budget.v1.Limit.newBuilder();
    switch (limit.unit()) {
      case COST_NANOS, COST_MICROS -> form.setCost(Amounts.money(limit.currency(), amount));
      case TOKENS -> form.setTokens(amount);
      case INPUT_TOKENS -> form.setInputTokens(amount);
      case OUTPUT_TOKENS -> form.setOutputTokens(amount);
      case REQUESTS -> form.setRequests(amount);
    }
    return form.build();
  }
}
