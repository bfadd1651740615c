package dev.tollgate.quota.settle;

import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.Debit;
import dev.tollgate.quota.hold.Spend;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a call of the ledger adds to the budgets that count it and did not hold it.
public final class Debits {
  private Debits() {}

  /// One per budget that counts it and of which anything is missing.
  ///
  /// @param at which instant's windows count it
  /// @param currency of the cost; empty where the cost is not known
  /// @param holding counters that have it already
  public static List<Debit> of(
      Policy policy,
      Dimensions call,
      Instant at,
      Spend spend,
      String currency,
      Set<Counter> holding) {
    var debits = new ArrayList<Debit>();
    for (var budget : policy.match(call, at).budgets()) {
      debit(budget, call, at, spend, currency, holding).ifPresent(debits::add);
    }
    return debits;
  }

  private static Optional<Debit> debit(
      Budget budget,
      Dimensions call,
      Instant at,
      Spend spend,
      String currency,
      Set<Counter> holding) {
    var group = budget.group(call);
    var amounts = new LinkedHashMap<Counter, Long>();
    for (var limit : budget.limits()) {
      var amount = amount(limit, spend, currency);
      var counter = budget.counter(limit, group, at);
      if (amount > 0 && !holding.contains(counter)) {
        amounts.put(counter, amount);
      }
    }
    return amounts.isEmpty()
        ? Optional.empty()
        : Optional.of(new Debit(amounts, group.isEmpty() ? 0 : budget.groupsMax()));
  }

  private static long amount(Limit limit, Spend spend, String currency) {
    return limit.unit().isCost() && !limit.currency().equals(currency) ? 0 : limit.unit().of(spend);
  }
}
