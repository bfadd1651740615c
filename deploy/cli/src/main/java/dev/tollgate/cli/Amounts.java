package dev.tollgate.cli;

import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.proto.common.v1.Money;
import java.math.BigDecimal;
import java.util.Locale;

/// Limits, and amounts in their units, as people read them.
final class Amounts {
  private Amounts() {}

  static String unit(Limit limit) {
    return limit.getAmountCase().name().toLowerCase(Locale.ROOT);
  }

  static String amount(Limit limit) {
    return switch (limit.getAmountCase()) {
      case COST -> money(limit.getCost());
      case TOKENS -> limit.getTokens() + " tokens";
      case INPUT_TOKENS -> limit.getInputTokens() + " input tokens";
      case OUTPUT_TOKENS -> limit.getOutputTokens() + " output tokens";
      case REQUESTS -> limit.getRequests() + " requests";
      case SPEND_RATE ->
          "%d %% of the usual hour, at least %s"
              .formatted(limit.getSpendRate().getPercent(), money(limit.getSpendRate().getFloor()));
      case AMOUNT_NOT_SET -> "-";
    };
  }

  static String money(Money money) {
    var amount = new BigDecimal(money.getAmount()).stripTrailingZeros();
    return amount.setScale(Math.max(2, amount.scale())).toPlainString()
        + " "
        + money.getCurrencyCode();
  }

  static String window(Window window) {
    return switch (window.getKindCase()) {
      case CALENDAR_MONTH -> "month " + window.getCalendarMonth().getTimeZone();
      case CALENDAR ->
          window
                  .getCalendar()
                  .getUnit()
                  .name()
                  .replace("CALENDAR_UNIT_", "")
                  .toLowerCase(Locale.ROOT)
              + " "
              + window.getCalendar().getTimeZone();
      case SLIDING -> "sliding " + window.getSliding().getLength().getSeconds() + " s";
      case LIFETIME -> "lifetime";
      case KIND_NOT_SET -> "-";
    };
  }
}
