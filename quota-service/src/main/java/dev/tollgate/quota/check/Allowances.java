package dev.tollgate.quota.check;

import dev.tollgate.quota.budget.Budget;
import java.util.List;

/// What is left for calls of some dimensions.
///
/// @param ended carved out budgets that have ended: of these nothing is left
record Allowances(List<Line> lines, List<Budget> ended, boolean frozen) {
  Allowances {
    lines = List.copyOf(lines);
    ended = List.copyOf(ended);
  }

  /// What is left of one limit.
  ///
  /// @param limit that binds these calls, in what its counter counts
  /// @param remaining of it, at least 0
  record Line(Part part, long limit, long remaining) {}
}
