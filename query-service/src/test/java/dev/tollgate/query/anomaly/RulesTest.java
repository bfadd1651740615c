package dev.tollgate.query.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.query.v1.AnomalyRule;
import dev.tollgate.proto.query.v1.AnomalySeverity;
import dev.tollgate.shared.GoldenRule;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class RulesTest {
  private static final BigDecimal FLOOR = BigDecimal.ONE;

  @Test
  void goldenRules_ofAnomalies_hold() throws Exception {
    hold(GoldenRule.HOURLY_COST, RulesTest::cost);
    hold(GoldenRule.RETRY_RATE, RulesTest::retries);

    hold(GoldenRule.TOKEN_INFLATION, RulesTest::inflation);
  }

  private static void hold(GoldenRule rule, Function<Map<String, String>, String> said)
      throws IOException {
    for (var row : rule.rows()) {
      assertThat(said.apply(inputs(row.get("inputs"))))
          .as(row.get("case_id"))
          .isEqualTo(row.get("expected"));
    }
  }

  private static String cost(Map<String, String> inputs) {
    return said(
        Rules.cost(
            decimal(inputs, "current"),
            decimal(inputs, "baseline"),
            decimal(inputs, "floor", FLOOR),
            !inputs.containsKey("hour_complete")));
  }

  private static String retries(Map<String, String> inputs) {
    return said(
        Rules.retries(
            decimal(inputs, "extra_attempts").longValueExact(),
            decimal(inputs, "attempts").longValueExact(),
            decimal(inputs, "min_attempts").longValueExact(),
            true));
  }

  private static String inflation(Map<String, String> inputs) {
    var before =
        new PerRequest(decimal(inputs, "tokens_per_request_before").scaleByPowerOfTen(2), 100);
    var after = new PerRequest(decimal(inputs, "after").scaleByPowerOfTen(2), 100);
    var verdict = Rules.tokens(after, before, true);
    var finding =
        new Finding(
            AnomalyRule.ANOMALY_RULE_TOKEN_INFLATION,
            "",
            verdict,
            after.mean(),
            before.mean(),
            100);
    var deployed = inputs.getOrDefault("functional_change", "no").startsWith("yes");
    var isInfo = Evaluation.severity(finding, deployed) == AnomalySeverity.ANOMALY_SEVERITY_INFO;
    return verdict == Verdict.FIRING && isInfo ? "ANNOTATE" : said(verdict);
  }

  private static String said(Verdict verdict) {
    return switch (verdict) {
      case FIRING -> "FIRE";
      case HOLDING, CLEAR -> "NO";
      case PENDING -> "NO(pending)";
      case INSUFFICIENT_SAMPLE -> "NO(insufficient sample)";
    };
  }

  private static Map<String, String> inputs(String text) {
    var inputs = new HashMap<String, String>();
    for (var each : text.split(";", -1)) {
      var parts = each.split("=", 2);
      inputs.put(parts[0], parts.length == 2 ? parts[1] : "");
    }
    return inputs;
  }

  private static BigDecimal decimal(Map<String, String> inputs, String name) {
    return new BigDecimal(inputs.getOrDefault(name, "missing"));
  }

  private static BigDecimal decimal(Map<String, String> inputs, String name, BigDecimal unsaid) {
    return inputs.containsKey(name) ? decimal(inputs, name) : unsaid;
  }

  @Test
  void cost_ofACompleteHour_isJudgedByBothLimits() {
    assertThat(cost("13.000000000001", "10", true)).isEqualTo(Verdict.FIRING);
    assertThat(cost("13", "10", true)).isEqualTo(Verdict.HOLDING);
    assertThat(cost("11.500000000001", "10", true)).isEqualTo(Verdict.HOLDING);
    assertThat(cost("11.5", "10", true)).isEqualTo(Verdict.CLEAR);
    assertThat(cost("1", "0", true)).isEqualTo(Verdict.FIRING);
    assertThat(cost("0.999999999999", "0", true)).isEqualTo(Verdict.CLEAR);
  }

  @Test
  void cost_ofARunningHour_countsOnlyFarOver() {
    assertThat(cost("16.000000000001", "10", false)).isEqualTo(Verdict.FIRING);
    assertThat(cost("16", "10", false)).isEqualTo(Verdict.PENDING);
    assertThat(cost("2", "10", false)).isEqualTo(Verdict.PENDING);
  }

  private static Verdict cost(String current, String usual, boolean complete) {
    return Rules.cost(new BigDecimal(current), new BigDecimal(usual), FLOOR, complete);
  }

  @Test
  void retries_atTheirLimits_areNotOver() {
    assertThat(Rules.retries(51, 1_000, 50, true)).isEqualTo(Verdict.FIRING);
    assertThat(Rules.retries(50, 1_000, 50, true)).isEqualTo(Verdict.HOLDING);
    assertThat(Rules.retries(40, 1_000, 50, true)).isEqualTo(Verdict.CLEAR);
    assertThat(Rules.retries(49, 49, 50, true)).isEqualTo(Verdict.INSUFFICIENT_SAMPLE);
    assertThat(Rules.retries(51, 1_000, 50, false)).isEqualTo(Verdict.PENDING);
  }

  @Test
  void tokens_atTheirLimits_areNotOver() {
    var usual = new PerRequest(new BigDecimal(64_000), 64);
    assertThat(tokens(1_251, usual)).isEqualTo(Verdict.FIRING);
    assertThat(tokens(1_250, usual)).isEqualTo(Verdict.HOLDING);
    assertThat(tokens(1_126, usual)).isEqualTo(Verdict.HOLDING);
    assertThat(tokens(1_125, usual)).isEqualTo(Verdict.CLEAR);
    assertThat(tokens(9_999, new PerRequest(BigDecimal.TEN, 49)))
        .isEqualTo(Verdict.INSUFFICIENT_SAMPLE);
  }

  private static Verdict tokens(long perRequest, PerRequest usual) {
    return Rules.tokens(new PerRequest(BigDecimal.valueOf(perRequest * 100), 100), usual, true);
  }

  @Test
  void newSpend_belowTheFloor_waits() {
    assertThat(Rules.newSpend(true, FLOOR, FLOOR)).isEqualTo(Verdict.FIRING);
    assertThat(Rules.newSpend(true, new BigDecimal("0.9"), FLOOR)).isEqualTo(Verdict.HOLDING);
    assertThat(Rules.newSpend(false, BigDecimal.TEN, FLOOR)).isEqualTo(Verdict.CLEAR);
  }
}
