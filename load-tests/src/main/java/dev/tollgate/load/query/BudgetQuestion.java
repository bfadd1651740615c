package dev.tollgate.load.query;

import static dev.tollgate.load.query.Question.figures;
import static dev.tollgate.load.query.Question.picos;

import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.Calendar;
import dev.tollgate.proto.budget.v1.CalendarUnit;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.query.v1.BudgetUnit;
import dev.tollgate.proto.query.v1.GetBudgetBurnRequest;
import dev.tollgate.proto.query.v1.QueryServiceGrpc.QueryServiceBlockingStub;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/// How much of its budgets a tenant has used: of a budget for everything and of one for each team,
/// in money and tokens, in a window of a month that began 20 days before the made-up month ends.
final class BudgetQuestion {
  private static final Duration CURRENT = Duration.ofDays(20);
  private static final String EVERYTHING = "everything";
  private static final String TEAMS = "teams";
  private static final List<String> ASKED = List.of(EVERYTHING, TEAMS);
  private static final Money MUCH_MONEY =
      Money.newBuilder().setCurrencyCode("USD").setAmount("4000000").build();
  private static final long MANY_TOKENS = 1_000_000_000_000_000L;

  private BudgetQuestion() {}

  static Question of(Range month) {
    return Question.of("GetBudgetBurn", BudgetQuestion::burn, "burn_raw")
        .within(range -> new Range(start(month), month.end().plus(CURRENT)));
  }

  static List<Budget> budgets(Range month) {
    var all =
        Budget.newBuilder()
            .setBudgetId(EVERYTHING)
            .setDisplayName(EVERYTHING)
            .setWindow(
                Window.newBuilder()
                    .setCalendar(
                        Calendar.newBuilder()
                            .setUnit(CalendarUnit.CALENDAR_UNIT_MONTH)
                            .setAnchorDay(start(month).atZone(ZoneOffset.UTC).getDayOfMonth())))
            .addLimits(Limit.newBuilder().setCost(MUCH_MONEY))
            .addLimits(Limit.newBuilder().setTokens(MANY_TOKENS))
            .build();
    var teams = all.toBuilder().setBudgetId(TEAMS).setDisplayName(TEAMS).addGroupBy("team").build();
    return List.of(teams, all);
  }

  private static Instant start(Range month) {
    return month.end().minus(CURRENT).truncatedTo(ChronoUnit.DAYS);
  }

  private static Map<String, BigInteger> burn(QueryServiceBlockingStub query, Range range) {
    var money =
        query
            .getBudgetBurn(GetBudgetBurnRequest.newBuilder().addAllBudgetIds(ASKED).build())
            .getRowsList()
            .stream()
            .filter(row -> row.getUnit() == BudgetUnit.BUDGET_UNIT_COST)
            .toList();
    return figures(
        money, row -> String.join(" ", row.getGroupList()), row -> picos(row.getConsumed()));
  }
}
