package dev.tollgate.query.burn;

import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.query.v1.BudgetUnit;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/// A limit's amount: in nanos of a currency where it is money, else a count.
record Amount(BudgetUnit unit, String currency, BigInteger value) {
  private static final int NANOS_SCALE = 9;

  static Amount of(Limit limit) {
    return switch (limit.getAmountCase()) {
      case COST -> money(limit.getCost().getCurrencyCode(), limit.getCost().getAmount());
      case SPEND_RATE -> {
        var floor = limit.getSpendRate().getFloor();
        yield money(floor.getCurrencyCode(), floor.getAmount());
      }
      case TOKENS -> count(BudgetUnit.BUDGET_UNIT_TOKENS, limit.getTokens());
      case REQUESTS -> count(BudgetUnit.BUDGET_UNIT_REQUESTS, limit.getRequests());
      case INPUT_TOKENS -> count(BudgetUnit.BUDGET_UNIT_INPUT_TOKENS, limit.getInputTokens());
      case OUTPUT_TOKENS -> count(BudgetUnit.BUDGET_UNIT_OUTPUT_TOKENS, limit.getOutputTokens());
      case AMOUNT_NOT_SET -> count(BudgetUnit.BUDGET_UNIT_UNSPECIFIED, 0);
    };
  }

  private static Amount money(String currency, String units) {
    return new Amount(
        BudgetUnit.BUDGET_UNIT_COST,
        currency,
        new BigDecimal(units).movePointRight(NANOS_SCALE).toBigIntegerExact());
  }

  private static Amount count(BudgetUnit unit, long value) {
    return new Amount(unit, "", BigInteger.valueOf(value));
  }

  /// The same amount of another value.
  Amount with(BigInteger other) {
    return new Amount(unit, currency, other);
  }

  /// As an answer says it.
  String text() {
    return new BigDecimal(value, unit == BudgetUnit.BUDGET_UNIT_COST ? NANOS_SCALE : 0)
        .toPlainString();
  }

  /// An amount of this unit, rounded to a whole one.
  String text(BigDecimal other) {
    return with(other.setScale(0, RoundingMode.HALF_EVEN).unscaledValue()).text();
  }
}
