package dev.tollgate.query.alert;

import dev.tollgate.kernel.field.Fields;
import dev.tollgate.proto.alert.v1.AlertRoute;
import dev.tollgate.proto.alert.v1.FreezeAction;
import dev.tollgate.proto.alert.v1.TightenAction;
import java.math.BigDecimal;
import java.time.Duration;

/// What routes do in place of a message, as callers write it; mistakes are in the fields.
final class ActionForm {
  private static final Duration DURATION_MIN = Duration.ofMinutes(1);
  private static final Duration DURATION_MAX = Duration.ofDays(31);
  private static final int MESSAGE_MAX = 512;
  private static final int MONEY_SCALE = 9;
  private static final BigDecimal SMALLEST = new BigDecimal("0.000000001");
  private static final BigDecimal MONEY_MAX = new BigDecimal("9000000000");
  private static final long COUNT_MAX = 9_000_000_000_000_000L;

  private ActionForm() {}

  static void check(Fields fields, AlertRoute route, FreezeAction action) {
    if (route.getDimension().isEmpty()) {
      fields.reject("route.dimension", "none", "one: a route does not freeze the whole tenant");
    }
    timing(fields, route, "route.freeze.duration", action.getDuration());
    fields.text("route.freeze.denial_message", action.getDenialMessage(), 0, MESSAGE_MAX);
  }

  static void check(Fields fields, AlertRoute route, TightenAction action) {
    fields.id("route.tighten.budget_id", action.getBudgetId());
    var field = "route.tighten.amount";
    var amount = action.getAmount();
    switch (amount.getAmountCase()) {
      case COST ->
          fields.amount(field + ".cost", amount.getCost(), MONEY_SCALE, SMALLEST, MONEY_MAX);
      case TOKENS -> fields.count(field + ".tokens", amount.getTokens(), 1, COUNT_MAX);
      case REQUESTS -> fields.count(field + ".requests", amount.getRequests(), 1, COUNT_MAX);
      case INPUT_TOKENS ->
          fields.count(field + ".input_tokens", amount.getInputTokens(), 1, COUNT_MAX);
      case OUTPUT_TOKENS ->
          fields.count(field + ".output_tokens", amount.getOutputTokens(), 1, COUNT_MAX);
      case SPEND_RATE, AMOUNT_NOT_SET ->
          fields.reject(field, amount.getAmountCase().name(), "money, tokens or requests");
    }
    timing(fields, route, "route.tighten.duration", action.getDuration());
  }

  /* In quiet hours an end would wait, too: what is frozen would stay so until the morning. */
  private static void timing(
      Fields fields, AlertRoute route, String field, com.google.protobuf.Duration given) {
    if (route.hasQuietHours()) {
      fields.reject("route.quiet_hours", "some", "none: an action disturbs nobody");
    }
    fields.duration(field, given, DURATION_MIN, DURATION_MAX);
  }
}
