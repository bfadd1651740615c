package dev.tollgate.quota.check;

import dev.tollgate.quota.budget.Bound;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Enforcement;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.hold.Claim;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.hold.Spend;
import java.time.Instant;
import java.util.List;

/// What a check asks of one limit that it falls under.
///
/// @param bound how far the limit may be used by the call
/// @param claim on the whole ask
record Part(Budget budget, List<String> group, Limit limit, Bound bound, Claim claim) {
  /* Only a HARD budget refuses in the store. The others hold what is asked, and what they would
  have said is told from the report of the grant. */

  Part {
    group = List.copyOf(group);
  }

  /// @param worst what the call may consume, and what of it is input
  /// @param groupsMax 0 where another claim of the budget counts its groups
  static Part of(
      Budget budget, List<String> group, Limit limit, Bound bound, Worst worst, long groupsMax) {
    var now = worst.at();
    var counter = budget.counter(limit, group, now);
    var most = budget.enforcement() == Enforcement.HARD ? bound.extended() : CounterUnit.EXACT_MAX;
    var claim = Claim.of(counter, most, 0).withGroupsMax(groupsMax);
    var earlier = budget.earlier(limit, group, now);
    if (!earlier.isEmpty()) {
      claim = claim.withEarlier(earlier, budget.window().currentUntilMillis(now));
    }
    var part = new Part(budget, group, limit, bound, claim);
    return new Part(budget, group, limit, bound, part.claimOf(worst.spend(), worst.input()));
  }

  /// What a call may consume at most when it is made at that instant.
  ///
  /// @param input what its input alone would
  record Worst(Instant at, Spend spend, Spend input) {
    /// Of no call.
    static Worst nothing(Instant at) {
      return new Worst(at, Spend.NOTHING, Spend.NOTHING);
    }
  }

  /// The claim on so much of it, of which the input alone is the second.
  Claim claimOf(Spend spend, Spend input) {
    var amount = limit.unit().of(spend);
    var lapsed =
        switch (budget.holdExpiry()) {
          case CHARGE_HOLD -> amount;
          case CHARGE_INPUT -> Math.min(amount, limit.unit().of(input));
          case RELEASE -> 0;
        };
    return claim
        .withAmount(amount, lapsed)
        .withReportAbove(amount == 0 ? CounterUnit.EXACT_MAX : noticedAbove());
  }

  private long noticedAbove() {
    var over =
        switch (budget.enforcement()) {
          case HARD -> bound.admitted();
          case SOFT -> hard();
          case SHADOW -> bound.extended();
        };
    return Math.min(bound.soft(), over);
  }

  /// The hard threshold, whatever the call's priority.
  long hard() {
    return bound.at(budget.thresholds().hard());
  }

  boolean isEnforced() {
    return budget.enforcement() == Enforcement.HARD;
  }

  /// Whether the limit admits the whole ask, enforced or not.
  boolean admits(long encumbered) {
    return claim.amount() == 0 || encumbered + claim.amount() <= bound.extended();
  }

  /// When it counts anew, or first counts less; 0 where never.
  long resetMillis() {
    return claim.earlier().isEmpty() ? claim.counter().endMillis() : claim.currentUntilMillis();
  }
}
