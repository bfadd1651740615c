package dev.tollgate.quota.check;

import dev.tollgate.quota.budget.Matched;
import java.util.List;

/// What a check would get, and why.
///
/// @param encumbered where the counter of each of the demand's parts stands
/// @param decision as the check would get it; of one that is allowed nothing is held
record Explanation(Demand demand, Matched matched, List<Long> encumbered, Decision decision) {
  Explanation {
    encumbered = List.copyOf(encumbered);
  }
}
