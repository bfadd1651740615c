package dev.tollgate.query.burn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertKind;
import dev.tollgate.proto.alert.v1.AlertSeverity;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.CalendarMonth;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.proto.query.v1.BudgetBurnRow;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class BudgetAlertTest {
  private static final Instant NOW = Instant.parse("2026-08-12T00:00:00Z");

  private static Budget.Builder month(Limit limit) {
    var month = CalendarMonth.newBuilder().setTimeZone("Europe/Berlin");
    return MadeBurn.budget("search", Window.newBuilder().setCalendarMonth(month), limit)
        .setDisplayName("Search, monthly")
        .setOwner("ann")
        .putSelector("team", "search");
  }

  private static Alert alert(
      Budget.Builder stated, long used, BudgetRule rule, Instant now, BudgetBurnRow outlook) {
    var budget = CountedBudget.of("acme", stated.build(), List.of(), now);
    var limit = budget.available(Amount.of(stated.getLimits(0)));
    var amount = BigInteger.valueOf(used);
    var group = stated.getGroupByList().stream().map(_ -> "u-1").toList();
    var use = new LimitUse(budget.time(), limit, amount, amount);
    return new BudgetAlert(budget, group, use, rule, outlook).alert("id");
  }

  @Test
  void alert_money_saysHowMuchOfWhatAndWhenNothingIsLeft() {
    var outlook =
        BudgetBurnRow.newBuilder()
            .setExhaustionTime(Times.timestamp(Instant.parse("2026-08-14T09:30:00Z")))
            .setForecast("900.000000000")
            .setForecastLow("800.000000000")
            .setForecastHigh("1000.000000000")
            .setUnpricedCalls(3)
            .build();
    var alert =
        alert(
            month(MadeBurn.money("USD", "500")),
            429_999_999_999L,
            BudgetRule.PERCENT_85,
            NOW,
            outlook);

    assertThat(alert.getTitle())
        .isEqualTo(
            "Search, monthly: 429.999999999 of 500.00 USD used (85.9 %), 19 days left, at this rate"
                + " used up on 2026-08-14 11:30 Europe/Berlin");
    assertThat(alert.getText())
        .isEqualTo(
            """
            Passed: 85 % of budget search.
            Window: 2026-08-01 00:00 Europe/Berlin to 2026-09-01 00:00 Europe/Berlin.
            Forecast for its end: 900.000000000 (800.000000000 to 1000.000000000) USD.
            Calls of unknown cost, not in it: 3.\
            """);
    assertThat(alert.getKind()).isEqualTo(AlertKind.ALERT_KIND_BUDGET);
    assertThat(alert.getSeverity()).isEqualTo(AlertSeverity.ALERT_SEVERITY_WARNING);
    assertThat(alert.getOwner()).isEqualTo("ann");
    assertThat(alert.getSubjectMap()).hasSize(1).containsEntry("team", "search");
    assertThat(alert.getStartTime()).isEqualTo(Times.timestamp(NOW));
  }

  /// All of it is said to be all only where it is; and then there is nothing to forecast.
  @Test
  void alert_countsOfAGroup_areRoundedDown() {
    var stated = month(MadeBurn.requests(10_000)).addGroupBy("user");
    var outlook =
        BudgetBurnRow.newBuilder()
            .setExhaustionTime(Times.timestamp(Instant.parse("2026-08-31T00:00:00Z")))
            .build();
    var late = Instant.parse("2026-08-30T23:00:00Z");

    assertThat(alert(stated, 9_999, BudgetRule.PERCENT_95, late, outlook).getTitle())
        .isEqualTo(
            "Search, monthly, user u-1: 9999 of 10000 calls used (99.9 %), 23 hours left, at this"
                + " rate used up on 2026-08-31 02:00 Europe/Berlin");
    var all = alert(stated, 10_000, BudgetRule.ALL, late, outlook);
    assertThat(all.getTitle())
        .isEqualTo("Search, monthly, user u-1: 10000 of 10000 calls used (100.0 %), 23 hours left");
    assertThat(all.getSubjectMap()).containsEntry("user", "u-1").containsEntry("team", "search");
    assertThat(all.getSeverity()).isEqualTo(AlertSeverity.ALERT_SEVERITY_CRITICAL);
  }

  @Test
  void alert_mostByDay20_saysSo() {
    var alert =
        alert(
            month(MadeBurn.money("EUR", "15000")),
            12_750_000_000_000L,
            BudgetRule.BY_DAY_20,
            NOW,
            BudgetBurnRow.getDefaultInstance());

    assertThat(alert.getTitle())
        .isEqualTo(
            "Search, monthly: 12750.00 of 15000.00 EUR used (85.0 %) before the end of day 20, 19"
                + " days left");
    assertThat(alert.getKind()).isEqualTo(AlertKind.ALERT_KIND_BURN);
  }
}
