package dev.tollgate.quota.hold;

import java.util.ArrayList;
import java.util.List;

/// One number in the store: what a limit of a budget has spent and holds, for one group, in one
/// window.
///
/// @param budgetId of the budget, perhaps with the revision of its counting: `search~2`
/// @param group a hash of the group's values, [#NO_GROUP] for a budget without groups
/// @param startMillis the first instant of the window, or of the slot of a sliding one; 0 for a
///   lifetime
/// @param endMillis the first instant from which it does not matter: after the window, and for a
///   slot a window's length after the slot; 0 for a lifetime
public record Counter(
    String budgetId, CounterUnit unit, String group, long startMillis, long endMillis) {
  public static final String NO_GROUP = "-";

  /// What tells it from every other counter of its tenant.
  public String name() {
    return budgetId + ":" + unit.code() + ":" + group + ":" + startMillis;
  }

  /// Counters that differ in nothing but the unit together, in their order.
  static List<List<Counter>> byBudget(List<Counter> counters) {
    var budgets = new ArrayList<List<Counter>>();
    for (var counter : counters) {
      if (budgets.isEmpty() || !counter.isBesides(budgets.getLast().getFirst())) {
        budgets.add(new ArrayList<>());
      }
      budgets.getLast().add(counter);
    }
    return budgets;
  }

  private boolean isBesides(Counter other) {
    return budgetId.equals(other.budgetId)
        && group.equals(other.group)
        && startMillis == other.startMillis
        && endMillis == other.endMillis;
  }

  /// The codes of the counters' units, a character each.
  static String codes(List<Counter> counters) {
    var codes = new StringBuilder();
    counters.forEach(counter -> codes.append(counter.unit.code()));
    return codes.toString();
  }

  /// The counters of a budget in those units.
  static List<Counter> ofBudget(
      String budgetId, String group, long startMillis, long endMillis, String codes) {
    var counters = new ArrayList<Counter>(codes.length());
    for (int i = 0; i < codes.length(); i++) {
      var unit = CounterUnit.of(codes.charAt(i));
      counters.add(new Counter(budgetId, unit, group, startMillis, endMillis));
    }
    return counters;
  }

  public boolean isLifetime() {
    return endMillis == 0;
  }
}
