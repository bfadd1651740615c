package dev.tollgate.cli.traffic;

import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.CalendarMonth;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.proto.common.v1.Money;
import java.util.List;

/// An invented organisation: its teams and the budgets that bind them.
public record Tenant(String id, String displayName, List<Team> teams, List<Budget> budgets) {
  /// The budget that every call of a tenant counts in, so that it shows every open hold.
  public static final String ALL_CALLS = "all-calls";

  /// A team with one feature, which calls one model.
  ///
  /// @param share how many of a hundred calls of all teams are theirs
  public record Team(
      String name, String feature, String provider, String model, Shape shape, int share) {}

  /// For somebody who tries Tollgate by hand.
  public static Tenant example() {
    return new Tenant(
        "example", "Example", List.of(), List.of(ofTeam("search", "5"), allCalls("USD", "100")));
  }

  static Budget allCalls(String currency, String limit) {
    return Budget.newBuilder()
        .setBudgetId(ALL_CALLS)
        .setDisplayName("Everything, per month")
        .setWindow(month())
        .addLimits(cost(currency, limit))
        .addLimits(Limit.newBuilder().setRequests(1_000_000_000))
        .build();
  }

  static Budget ofTeam(String team, String limit) {
    return Budget.newBuilder()
        .setBudgetId(team + "-month")
        .setDisplayName("Team " + team + ", per month")
        .putSelector("team", team)
        .setWindow(month())
        .addLimits(cost("USD", limit))
        .build();
  }

  static Budget ofEachUser(String limit) {
    return Budget.newBuilder()
        .setBudgetId("each-user")
        .setDisplayName("Each user, per month")
        .addGroupBy("user")
        .setWindow(month())
        .addLimits(cost("USD", limit))
        .build();
  }

  private static Window month() {
    return Window.newBuilder().setCalendarMonth(CalendarMonth.getDefaultInstance()).build();
  }

  private static Limit cost(String currency, String amount) {
    return Limit.newBuilder()
        .setCost(Money.newBuilder().setCurrencyCode(currency).setAmount(amount))
        .build();
  }
}
