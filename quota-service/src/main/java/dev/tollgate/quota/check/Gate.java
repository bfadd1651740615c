package dev.tollgate.quota.check;

import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.CheckRules;
import dev.tollgate.quota.budget.CheckRules.NoBudget;
import dev.tollgate.quota.budget.Enforcement;
import dev.tollgate.quota.budget.Matched;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What denies a call whatever is left: freezes, ended carve-outs, models, and the rule for calls
/// that no budget matches, in that order. Needs neither prices nor the store.
final class Gate {
  private Gate() {}

  static Optional<Decision.Denied> denies(Check check, Matched matched, CheckRules rules) {
    if (!matched.freezes().isEmpty()) {
      return Optional.of(new Decision.Frozen(matched.freezes().getFirst()));
    }
    if (!matched.ended().isEmpty()) {
      return matched.ended().stream()
          .min(Comparator.comparing(Budget::id))
          .map(budget -> new Decision.Ended(budget, budget.group(check.dimensions())));
    }
    for (var budget : matched.budgets()) {
      if (budget.enforcement() == Enforcement.HARD
          && !budget.models().admits(check.subject().model())) {
        return Optional.of(
            new Decision.ModelNotAllowed(budget, budget.group(check.dimensions()), List.of()));
      }
    }
    return matched.isNothing() && rules.noBudget() == NoBudget.DENY
        ? Optional.of(new Decision.NoBudget())
        : Optional.empty();
  }
}
