package dev.tollgate.quota.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.quota.budget.Limit;
import dev.tollgate.shared.GoldenRule;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The rule on hard limits that stands in `golden-rules.csv`.
class GoldenLimitTest {
  private static final Pattern INPUTS =
      Pattern.compile("expected=([0-9.]+);spend=([0-9.]+);reserve_next=([0-9.]+)");
  private static final BigDecimal HARD = new BigDecimal("1.2");

  /* What a token of input costs. */
  private static final long TOKEN_NANOS = 2_000;

  @Test
  void hardLimit_goldenRules_deniesAsTheySay() throws IOException {
    for (var row : GoldenRule.HARD_LIMIT.rows()) {
      var inputs = INPUTS.matcher(row.get("inputs"));
      assertThat(inputs.matches()).as(row.get("case_id")).isTrue();
      var limit = nanos(new BigDecimal(inputs.group(1)).multiply(HARD));
      var spend = nanos(new BigDecimal(inputs.group(2)));
      var next = nanos(new BigDecimal(inputs.group(3)));

      assertThat(isDenied(limit, spend, next))
          .as(row.get("case_id"))
          .isEqualTo(row.get("expected").equals("DENY"));
      assertThat(isDenied(spend + next, spend, next)).as(row.get("case_id")).isFalse();
    }
  }

  private static boolean isDenied(long limit, long spend, long next) {
    var checks = new TestChecks();
    checks.budgets(TestBudget.of("month", Limit.cost("USD", limit)));
    checks.settle(checks.allowed(TestAsk.of("before").tokens(1, 0)), spend, 1, 0);
    assertThat(next % TOKEN_NANOS).isZero();
    var decision = checks.decide(TestAsk.of("next").tokens(next / TOKEN_NANOS, 0));
    return decision instanceof Decision.OverLimit denied
        && denied.remaining() == limit - spend
        && denied.requested() == next;
  }

  private static long nanos(BigDecimal units) {
    return units.movePointRight(9).longValueExact();
  }
}
