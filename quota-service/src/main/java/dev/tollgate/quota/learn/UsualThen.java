package dev.tollgate.quota.learn;

import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.budget.Usual;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// What was usual at an instant of the past, as it was known then: learned when it is asked for.
/// Blocks; not safe for concurrent use.
public final class UsualThen implements Usual {
  private final Costs costs;
  private final Policy policy;
  private final Map<String, Baseline> ofThisWeek = new HashMap<>();

  /// @param policy that the budgets are of
  public UsualThen(Costs costs, Policy policy) {
    this.costs = costs;
    this.policy = policy;
  }

  @Override
  public long nanos(String tenant, Budget budget, Instant at) {
    if (budget.fallback()) {
      return 0;
    }
    var known = ofThisWeek.get(budget.id());
    if (known == null || !known.isOf(at)) {
      known = Baseline.learn(costs, tenant, budget, policy.carvedOutOf(budget.id()), at);
      ofThisWeek.put(budget.id(), known);
    }
    return known.nanos(at);
  }
}
