package dev.tollgate.quota.budget;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;

/// Where budgets are made and changed. Every change is a new entry of the tenant's policy, and
/// binds here when the call returns. Blocks; safe for concurrent use.
public final class Budgets {
  private static final int BUDGETS_MAX = 100_000;

  private final Policies policies;

  public Budgets(Policies policies) {
    this.policies = policies;
  }

  /// Writes a new budget, or finds the same one there.
  public Budget create(String tenant, Budget budget, String actor) {
    policies.refresh();
    var policy = policies.of(tenant);
    var known = policy.budgets().get(budget.id());
    if (known != null) {
      if (known.statesAs(budget)) {
        return known;
      }
      throw Failure.of(Reason.BUDGET_EXISTS, budget.id() + " exists already, with another content");
    }
    if (policy.budgets().size() >= BUDGETS_MAX) {
      throw Failure.of(
          Reason.LIMIT_REACHED,
          "the tenant has " + BUDGETS_MAX + " budgets, the most there can be");
    }
    var written = policies.version(tenant, budget.id());
    return BudgetForm.stored(
        policies.write(tenant, budget.id(), written, BudgetForm.json(budget), actor));
  }
}
