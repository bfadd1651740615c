package dev.tollgate.quota.check;

import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.budget.Bound;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Enforcement;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.hold.Claim;
import dev.tollgate.quota.hold.Counter;
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

  /// Where a call counts under a budget.
  ///
  /// @param first of its counters, which differ in nothing but the unit
  record Place(Budget budget, List<String> group, Counter first) {
    static Place of(Budget budget, Dimensions dimensions, Instant at) {
      var group = budget.group(dimensions);
      return new Place(budget, group, budget.counter(budget.limits().getFirst(), group, at));
    }

    private Counter counter(Limit limit) {
      return new Counter(
          first.budgetId(), limit.unit(), first.group(), first.startMillis(), first.endMillis());
    }
  }

  /// What a call asks of one of the budget's limits.
  ///
  /// @param worst what it may consume, and what of that is input
  /// @param groupsMax 0 where another claim of the budget counts its groups
  static Part of(Place place, Limit limit, Bound bound, Worst worst, long groupsMax) {
    var budget = place.budget();
    var counter = place.counter(limit);
    var earlier = budget.earlier(limit, place.group(), worst.at());
    var until =
        earlier.isEmpty() ? counter.endMillis() : budget.window().currentUntilMillis(worst.at());
    var most = budget.enforcement() == Enforcement.HARD ? bound.extended() : CounterUnit.EXACT_MAX;
    var amount = limit.unit().of(worst.spend());
    var claim =
        new Claim(
            counter,
            earlier,
            most,
            amount,
            noticedAbove(budget, bound, amount),
            lapsed(budget, limit, amount, worst.input()),
            groupsMax,
            until);
    return new Part(budget, place.group(), limit, bound, claim);
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
    return claim
        .withAmount(amount, lapsed(budget, limit, amount, input))
        .withReportAbove(noticedAbove(budget, bound, amount));
  }

  private static long lapsed(Budget budget, Limit limit, long amount, Spend input) {
    return switch (budget.holdExpiry()) {
      case CHARGE_HOLD -> amount;
      case CHARGE_INPUT -> Math.min(amount, limit.unit().of(input));
      case RELEASE -> 0;
    };
  }

  private static long noticedAbove(Budget budget, Bound bound, long amount) {
    if (amount == 0) {
      return CounterUnit.EXACT_MAX;
    }
    var over =
        switch (budget.enforcement()) {
          case HARD -> bound.admitted();
          case SOFT -> bound.at(budget.thresholds().hard());
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
