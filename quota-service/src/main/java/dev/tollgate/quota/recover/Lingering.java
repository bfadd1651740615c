package dev.tollgate.quota.recover;

import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.Heads;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What counters of budgets stand at beside what the ledger has: open holds, and what holds that
/// expired are charged.
final class Lingering {
  private Lingering() {}

  /// Those that still count, where it is not 0. Blocks.
  static Map<Counter, Long> of(
      Heads heads,
      Ledger ledger,
      String tenant,
      Collection<Budget> budgets,
      Instant now,
      Map<String, Long> through) {
    var ids = budgets.stream().map(Budget::counterId).collect(Collectors.toSet());
    var amounts = new HashMap<Counter, Long>();
    budgets.stream()
        .map(budget -> Instant.ofEpochMilli(budget.window().sinceMillis(now)))
        .min(Instant::compareTo)
        .ifPresent(since -> amounts.putAll(ledger.lapsed(tenant, since, through)));
    var from = Optional.<String>empty();
    do {
      var page = heads.open(tenant, from).join();
      for (var hold : page.holds()) {
        hold.amounts().forEach(seed -> amounts.merge(seed.counter(), seed.amount(), Spent::sum));
      }
      from = page.next();
    } while (from.isPresent());
    amounts
        .entrySet()
        .removeIf(each ->
            each.getValue() == 0
                || !ids.contains(each.getKey().budgetId())
                || !counts(each.getKey(), now));
    return amounts;
  }

  private static boolean counts(Counter counter, Instant now) {
    return counter.isLifetime() || counter.endMillis() > now.toEpochMilli();
  }
}
