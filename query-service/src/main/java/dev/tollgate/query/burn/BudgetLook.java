package dev.tollgate.query.burn;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.query.v1.BudgetBurnRow;
import dev.tollgate.query.alert.OpenAlerts;
import dev.tollgate.query.alert.OpenAlerts.Line;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One look at a budget: what begins to hold of each of its limits and groups, and what is over. Of
/// each there is a line of alerts. Blocks; safe for concurrent use.
final class BudgetLook {
  private static final int GROUPS_MAX = 1_000;

  private final BurnLedger ledger;
  private final OpenAlerts open;

  BudgetLook(BurnLedger ledger, OpenAlerts open) {
    this.ledger = ledger;
    this.open = open;
  }

  /// Whose line it is.
  static String budgetId(Line line) {
    return line.id().substring(0, line.id().indexOf('/'));
  }

  private static String id(CountedBudget budget, Amount available, List<String> group) {
    var limit = available.unit().name().substring("BUDGET_UNIT_".length());
    var id = budget.stated().getBudgetId() + "/" + limit;
    return group.isEmpty() ? id : id + "/" + OpenAlerts.hash(group);
  }

  /// @param lines of the budget, by id; those that are looked at are removed
  /// @throws Failure QUERY_TOO_LARGE where the ledger has too much of it
  void at(CountedBudget budget, Map<String, Line> lines) {
    var available =
        budget.stated().getLimitsList().stream()
            .map(limit -> budget.available(Amount.of(limit)))
            .toList();
    var least = available.stream().map(BudgetRule::least).toList();
    var passed = ledger.passed(budget, least, GROUPS_MAX);
    for (var each : passed) {
      for (var i = 0; i < available.size(); i++) {
        var limit = available.get(i);
        var id = id(budget, limit, each.group());
        var found = lines.remove(id);
        var line = found == null ? Line.none(budget.scope().tenant(), id) : found;
        var amounts = each.amounts().get(i);
        var use = new LimitUse(budget.time(), limit, amounts.used(), amounts.early());
        change(line, budget, i, each.group(), use);
      }
    }
    for (var line : lines.values()) {
      // Whoever is not among the first may still be where he was.
      var over =
          passed.size() < GROUPS_MAX
              ? line.open()
              : line.open().stream().filter(alert -> !isOfWindow(alert, line, budget)).toList();
      open.change(line, List.of(), over, budget.time().now());
    }
  }

  private void change(
      Line line, CountedBudget budget, int number, List<String> group, LimitUse use) {
    var before = new EnumMap<BudgetRule, Alert>(BudgetRule.class);
    for (var rule : BudgetRule.values()) {
      var prefix = prefix(line, budget) + rule + "/";
      line.open().stream()
          .filter(alert -> alert.getAlertId().startsWith(prefix))
          .forEach(alert -> before.put(rule, alert));
    }
    var after = BudgetRule.after(before.keySet(), use);
    var goesOn = after.stream().filter(before::containsKey).map(before::get).toList();
    var over = line.open().stream().filter(alert -> !goesOn.contains(alert)).toList();
    after.removeAll(before.keySet());
    var begun =
        after.isEmpty()
            ? List.<Alert>of()
            : begun(line, budget, use, group, after, outlook(budget, number, group));
    open.change(line, begun, over, budget.time().now());
  }

  private static List<Alert> begun(
      Line line,
      CountedBudget budget,
      LimitUse use,
      List<String> group,
      Set<BudgetRule> rules,
      BudgetBurnRow outlook) {
    return rules.stream()
        .map(rule ->
            new BudgetAlert(budget, group, use, rule, outlook)
                .alert(prefix(line, budget) + rule + "/" + line.version()))
        .toList();
  }

  /* What all alerts of a line have in common that are of the current window. */
  private static String prefix(Line line, CountedBudget budget) {
    var time = budget.time();
    var window = time.end().isPresent() ? time.start().toString() : "";
    return "budget/" + line.id() + "/" + window + "/";
  }

  private static boolean isOfWindow(Alert alert, Line line, CountedBudget budget) {
    return alert.getAlertId().startsWith(prefix(line, budget));
  }

  /* The alert matters more than what may come. */
  private BudgetBurnRow outlook(CountedBudget budget, int number, List<String> group) {
    try {
      var burn = ledger.burn(budget, group);
      var nothingLive = new Standings.Live(List.of(), "");
      return BurnRow.of(budget, burn, number, group, 1, nothingLive);
    } catch (Failure failure) {
      if (failure.reason() != Reason.QUERY_TOO_LARGE) {
        throw failure;
      }
      return BudgetBurnRow.getDefaultInstance();
    }
  }
}
