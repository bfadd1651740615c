package dev.tollgate.quota.check;

import dev.tollgate.quota.budget.Bound;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.budget.Usual;
import dev.tollgate.rating.PriceStack;

/// What a tenant's check is decided by.
record Basis(String tenant, Policy policy, PriceStack book, Usual usual) {
  /// How far the call may use a limit.
  Bound bound(Budget budget, Limit limit, Bound.Caller caller) {
    var nanos = limit.isSpendRate() ? usual.nanos(tenant, budget, caller.at()) : 0;
    return policy.bound(budget, limit, nanos, caller);
  }
}
