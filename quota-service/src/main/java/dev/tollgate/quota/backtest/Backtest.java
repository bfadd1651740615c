package dev.tollgate.quota.backtest;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Enforcement;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.budget.Selector;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Which calls are to be replayed, and what decides them.
///
/// @param pins dimensions and values that the calls have
/// @param policy which has no freezes: they are not of that time
/// @param start from when on calls are decided; those before are only counted
record Backtest(
    String tenant, Map<String, String> pins, Policy policy, Instant start, Instant end) {
  /* What a check needs, and whom a denial hits. */
  private static final List<String> ALWAYS_TOLD =
      List.of("provider", "model", "region", "team", "project", "user", "feature");

  Backtest {
    pins = Map.copyOf(pins);
  }

  /// The calls that are read: also those before the start that windows still count then.
  History.Question question() {
    var since = start;
    for (var budget : policy.budgets().values()) {
      var counts = Instant.ofEpochMilli(budget.window().sinceMillis(start));
      if (budget.enforcement() == Enforcement.HARD && counts.isBefore(since)) {
        since = counts;
      }
    }
    return new History.Question(tenant, pins, dimensions(), since, end);
  }

  private List<Dimension> dimensions() {
    var names = new TreeSet<>(ALWAYS_TOLD);
    for (var budget : policy.budgets().values()) {
      addTo(names, budget.selector());
      addTo(names, budget.thresholds().grace().selector());
      budget.groupBy().stream().map(Dimension::name).forEach(names::add);
    }
    return names.stream().map(name -> Dimension.of(name).orElseThrow()).toList();
  }

  private static void addTo(TreeSet<String> names, Selector selector) {
    names.addAll(selector.equal().keySet());
    names.addAll(selector.except().keySet());
  }

  /// Whether a call is decided, and not only counted.
  boolean decides(PastCall call) {
    return !call.checkTime().isBefore(start);
  }

  /// The budgets that count a call.
  List<Budget> counting(PastCall call) {
    return policy.match(call.dimensions(), call.checkTime()).budgets();
  }
}
