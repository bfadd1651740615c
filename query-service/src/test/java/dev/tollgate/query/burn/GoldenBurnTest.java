package dev.tollgate.query.burn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tollgate.proto.budget.v1.CalendarMonth;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.proto.query.v1.BudgetBurnRow;
import dev.tollgate.proto.query.v1.BurnLevel;
import dev.tollgate.shared.Csv;
import dev.tollgate.shared.GoldenRule;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The rules on budgets that stand in `golden-rules.csv`.
@NullMarked
class GoldenBurnTest {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Pattern SPENT = Pattern.compile("spend_to_end_of_day_(\\d+)=([0-9.]+)");

  private static String input(Csv.Row row, String name) {
    for (var each : row.get("inputs").split(";", -1)) {
      if (each.startsWith(name + "=")) {
        return each.substring(name.length() + 1);
      }
    }
    throw new AssertionError(row.get("case_id") + ": no " + name);
  }

  /// A month's budget of which so much was used at the beginning of each day, on the day after.
  private static BudgetBurnRow burn(String limit, List<String> days) {
    var parts = new ArrayList<GroupBurn.Part>();
    for (var i = 0; i < days.size(); i++) {
      parts.add(
          new GroupBurn.Part(
              START.plus(i, ChronoUnit.DAYS),
              true,
              new BigDecimal(days.get(i)).movePointRight(9).toBigIntegerExact(),
              0,
              BigInteger.ZERO,
              BigInteger.ZERO,
              1));
    }
    var month = Window.newBuilder().setCalendarMonth(CalendarMonth.getDefaultInstance());
    var budget = MadeBurn.budget("golden", month, MadeBurn.money("USD", limit)).build();
    var now = START.plus(days.size(), ChronoUnit.DAYS);
    return BurnRow.of(
        CountedBudget.of("golden", budget, List.of(), now),
        new GroupBurn(List.of(), parts),
        0,
        List.of(),
        1,
        new Standings.Live(List.of(), "STORE_UNAVAILABLE"));
  }

  @Test
  void mostByDay20_goldenRules_fireAsTheySay() throws IOException {
    for (var row : GoldenRule.SPENT_BY_DAY_20.rows()) {
      var spent = SPENT.matcher(row.get("inputs"));
      assertThat(spent.find()).as(row.get("case_id")).isTrue();
      var days = new ArrayList<String>();
      for (var day = 1; day < Integer.parseInt(spent.group(1)); day++) {
        days.add("0");
      }
      days.add(spent.group(2));

      assertThat(burn(input(row, "budget"), days).getMostByDay20())
          .as(row.get("case_id"))
          .isEqualTo(row.get("expected").startsWith("FIRE"));
    }
  }

  @Test
  void mostByDay20_notReachedOrReachedTooLate_isFalse() {
    var late = new ArrayList<String>();
    for (var day = 1; day <= 20; day++) {
      late.add("0");
    }
    late.add("12750");

    assertThat(burn("15000", late).getMostByDay20()).isFalse();
    assertThat(burn("15000", List.of("12749.999999999")).getMostByDay20()).isFalse();
  }

  @Test
  void level_goldenRules_warnAsTheySay() throws IOException {
    for (var row : GoldenRule.SOFT_LIMIT.rows()) {
      assertThat(burn(input(row, "expected"), List.of(input(row, "spend"))).getLevel())
          .as(row.get("case_id"))
          .isEqualTo(
              row.get("expected").startsWith("WARN")
                  ? BurnLevel.BURN_LEVEL_SOFT
                  : BurnLevel.BURN_LEVEL_GOOD);
    }
  }

  @Test
  void variation_goldenRules_isWhatTheySay() throws IOException {
    for (var row : GoldenRule.DAILY_VARIANCE.rows()) {
      var burn = burn("15000", List.of(input(row, "daily").split(",", -1)));
      var percent = Pattern.compile("([0-9.]+)%").matcher(row.get("expected"));

      assertThat(burn.getSteady())
          .as(row.get("case_id"))
          .isEqualTo(!row.get("expected").startsWith("UNHEALTHY"));
      if (percent.find()) {
        assertThat(100 * burn.getDailyVariation())
            .as(row.get("case_id"))
            .isCloseTo(Double.parseDouble(percent.group(1)), within(0.0005));
      }
    }
  }
}
