package dev.tollgate.quota.recover;

import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Tokens;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullMarked;

/// What counters must stand at, told from the calls one by one, as checks would have counted them.
@NullMarked
record Recounted(Policy policy, Tokens tokens, Instant now) {
  Map<Counter, Long> of(List<LedgerRow> rows) {
    var counters = new HashMap<Counter, Long>();
    for (var row : rows) {
      count(row, counters);
    }
    return counters;
  }

  private void count(LedgerRow row, Map<Counter, Long> counters) {
    for (var budget : policy.match(row.dimensions(), row.time()).budgets()) {
      var group = budget.group(row.dimensions());
      for (var limit : budget.limits()) {
        var counter = budget.counter(limit, group, row.time());
        Set<Counter> counting = new HashSet<>(budget.earlier(limit, group, now));
        counting.add(budget.counter(limit, group, now));
        var amount = limit.unit().of(spend(row));
        var told =
            row.unknownCost() || !limit.unit().isCost() || row.currency().equals(limit.currency());
        if (told && amount > 0 && counting.contains(counter)) {
          counters.merge(counter, amount, Math::addExact);
        }
      }
    }
  }

  private Spend spend(LedgerRow row) {
    if (!row.unknownCost()) {
      return row.spend();
    }
    var told = row.spend();
    if (row.token().isEmpty()) {
      return told;
    }
    var held = tokens.open(row.tenant(), row.token()).orElseThrow().terms().held();
    return told.inputTokens() + told.outputTokens() > 0
        ? new Spend(held.costNanos(), told.inputTokens(), told.outputTokens())
        : held;
  }
}
