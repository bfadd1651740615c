package dev.tollgate.quota.check;

import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Enforcement;
import dev.tollgate.quota.hold.Claim;
import dev.tollgate.quota.hold.Reserved;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Something about a budget that did not stop a call, and that who made the call may want to hear.
sealed interface Notice {
  /// What it is, the most serious that is true of a limit.
  enum Kind {
    SOFT_THRESHOLD,
    OVER_LIMIT,
    WOULD_DENY,
    GRACE
  }

  /// About a limit.
  ///
  /// @param usedPercent settled and held, this call with it, of the limit; 100 of a limit of 0
  record OfLimit(Part part, Kind kind, long usedPercent) implements Notice {}

  /// A budget that does not enforce does not admit the model.
  record OfModel(Budget budget, List<String> group) implements Notice {}

  /// What the grant of these claims tells.
  static List<Notice> of(
      Check check,
      List<Budget> budgets,
      List<Part> parts,
      Reserved.Granted granted,
      List<Claim> claims) {
    if (granted.replayed()) {
      return List.of();
    }
    var notices = new ArrayList<Notice>();
    for (var budget : budgets) {
      if (budget.enforcement() != Enforcement.HARD
          && !budget.models().admits(check.subject().model())) {
        notices.add(new OfModel(budget, budget.group(check.dimensions())));
      }
    }
    for (var report : granted.reports()) {
      of(parts.get(report.claim()), report.encumberedBefore() + claims.get(report.claim()).amount())
          .ifPresent(notices::add);
    }
    return notices;
  }

  /// What there is to say about a limit that stands there, the call with it.
  private static Optional<Notice> of(Part part, long used) {
    var bound = part.bound();
    var kind =
        switch (part.budget().enforcement()) {
          case HARD -> used > bound.admitted() ? Kind.GRACE : Kind.SOFT_THRESHOLD;
          case SOFT -> used > part.hard() ? Kind.OVER_LIMIT : Kind.SOFT_THRESHOLD;
          case SHADOW -> used > bound.extended() ? Kind.WOULD_DENY : Kind.SOFT_THRESHOLD;
        };
    if (kind == Kind.SOFT_THRESHOLD && used <= bound.soft()) {
      return Optional.empty();
    }
    var percent = bound.whole() == 0 ? 100 : used * 100 / bound.whole();
    return Optional.of(new OfLimit(part, kind, percent));
  }
}
