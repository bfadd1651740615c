package dev.tollgate.query.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.query.statement.Sum;
import dev.tollgate.query.statement.Sums;
import dev.tollgate.shared.GoldenRule;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The rule on outcomes that stands in `golden-rules.csv`.
class GoldenOutcomeTest {
  private static final Pattern INPUTS = Pattern.compile("cost=([0-9.]+);successes=([0-9]+)");

  @Test
  void costPerSuccess_goldenRules_isWhatTheySay() throws IOException {
    for (var row : GoldenRule.COST_PER_SUCCESS.rows()) {
      var inputs = INPUTS.matcher(row.get("inputs"));
      assertThat(inputs.matches()).as(row.get("case_id")).isTrue();

      var answer = GetCostPerOutcomeRpc.row(line(inputs.group(1), inputs.group(2)));

      assertThat(new BigDecimal(answer.getAttributedCost().getAmount()))
          .isEqualByComparingTo(inputs.group(1));
      assertThat(answer.hasCostPerSuccess())
          .as(row.get("case_id"))
          .isEqualTo(!row.get("expected").startsWith("NULL"));
    }
  }

  @Test
  void costPerSuccess_ofOneSuccess_isTheCost() {
    assertThat(GetCostPerOutcomeRpc.row(line("12.50", "1")).getCostPerSuccess().getAmount())
        .isEqualTo("12.500000000000");
  }

  private static OutcomeLine line(String cost, String successes) {
    var picos = new BigDecimal(cost).movePointRight(12).toBigIntegerExact();
    var sums = new Sums(Map.of(Sum.COST, picos, Sum.EVENTS, BigInteger.TEN));
    var labels = new Labels(10, 10, Long.parseLong(successes), 10 - Long.parseLong(successes));
    return new OutcomeLine(
        List.of(), "USD", sums, BigInteger.ZERO, Sums.ZERO, labels, Optional.empty());
  }
}
