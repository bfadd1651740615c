package dev.tollgate.quota.budget;

import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.hold.CounterUnit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// How far a limit may be used by one call: what binds it in the end, and how that came about. All
/// in what the limit's counter counts in.
///
/// @param whole the limit with adjustments, without what is carved out
/// @param soft from where on the answer carries a notice
/// @param admitted up to where the call is admitted by its priority
/// @param extended the same with the grace pool
public record Bound(long whole, long soft, long admitted, long extended) {
  /* whole    = stated, or what is usual for a spend rate, + adjustments - carved out, at least 0
  soft     = whole × soft threshold
  admitted = whole × the priority's cut-off, or the hard threshold
  extended = whole × (that + grace), where the call may use it */

  private static final long MAX = CounterUnit.EXACT_MAX;

  /// Who asks, and when.
  public record Caller(Priority priority, Dimensions dimensions, Instant at) {}

  /// @param carved what budgets that are carved out take off it
  /// @param usual what is usual, for a spend rate
  static Bound of(Budget budget, Limit limit, long carved, long usual, Caller caller) {
    var stated =
        limit.isSpendRate()
            ? Math.max(limit.counted(), percent(limit.counted(usual), limit.ratePercent()))
            : limit.counted();
    var whole = Math.max(0, stated + adjusted(budget, limit, caller.at()) - carved);
    var thresholds = budget.thresholds();
    var admitted = thresholds.admitted(caller.priority());
    var grace = thresholds.grace(caller.priority(), caller.dimensions(), caller.at());
    return new Bound(
        whole,
        percent(whole, thresholds.soft()),
        percent(whole, admitted),
        percent(whole, admitted + grace));
  }

  private static long adjusted(Budget budget, Limit limit, Instant at) {
    var sum = 0L;
    for (var adjustment : budget.adjustments()) {
      if (limit.isOf(adjustment.unit()) && adjustment.isActive(at)) {
        sum = Math.clamp(sum + limit.counted(adjustment.amount()), -MAX, MAX);
      }
    }
    return sum;
  }

  /* Rounded down, and no more than the scripts can count. */
  private static long percent(long amount, int percent) {
    var counted = Math.min(amount, MAX);
    return Math.min(counted / 100 * percent + counted % 100 * percent / 100, MAX);
  }

  /// So many percent of the whole, rounded down.
  public long at(int percent) {
    return percent(whole, percent);
  }

  /// How it came about, in words.
  public List<String> steps(Budget budget, Limit limit) {
    var steps = new ArrayList<String>();
    steps.add("stated: " + limit.print(limit.counted()));
    if (whole != limit.counted()) {
      steps.add("with adjustments, what is usual and what is carved out: " + limit.print(whole));
    }
    if (admitted != whole) {
      steps.add("by threshold or priority: " + limit.print(admitted));
    }
    if (extended != admitted) {
      steps.add(
          "with " + budget.thresholds().grace().percent() + " % grace: " + limit.print(extended));
    }
    return steps;
  }
}
