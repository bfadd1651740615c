package dev.tollgate.query.burn;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Times;
import dev.tollgate.kernel.window.WindowForm;
import dev.tollgate.proto.budget.v1.Adjustment;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.user.Users;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A budget as the ledger is asked about it: which calls it counts, and in what time.
///
/// @param children those that are carved out of it
/// @param scope from the beginning of history on
/// @param others whose calls it does not count
record CountedBudget(
    Budget stated,
    List<Budget> children,
    BurnTime time,
    List<Dimension> groups,
    Scope scope,
    List<Other> others) {
  private static final int OTHERS_MAX = 100;

  /* A call may be checked up to an hour ahead of our clock. */
  private static final Duration AHEAD_MAX = Duration.ofDays(1);

  CountedBudget {
    children = List.copyOf(children);
    groups = List.copyOf(groups);
    others = List.copyOf(others);
  }

  /// A budget that counts calls in place of another one, until it ends.
  record Other(List<Condition> conditions, Instant end) {
    Other {
      conditions = List.copyOf(conditions);
    }
  }

  /// @param all of the tenant's
  /// @throws Failure QUERY_TOO_LARGE where too many others count in its place
  static CountedBudget of(String tenant, Budget budget, List<Budget> all, Instant now) {
    var time = BurnTime.of(WindowForm.parse(new Fields(), budget.getWindow()), now);
    var children =
        all.stream().filter(each -> each.getParentBudgetId().equals(budget.getBudgetId())).toList();
    var others =
        budget.getFallback() ? all.stream().filter(each -> !each.getFallback()).toList() : children;
    if (others.size() > OTHERS_MAX) {
      throw Failure.of(
          Reason.QUERY_TOO_LARGE,
          "More than " + OTHERS_MAX + " budgets count calls in place of " + budget.getBudgetId());
    }
    var since = time.isLifetime() ? Instant.EPOCH : time.historyStart();
    var scope = new Scope(tenant, since, end(budget, now), conditions(budget));
    return new CountedBudget(
        budget,
        children,
        time,
        budget.getGroupByList().stream().map(CountedBudget::dimension).toList(),
        scope,
        others.stream().map(each -> new Other(conditions(each), end(each, now))).toList());
  }

  /// As the ledger's rows know users.
  CountedBudget hidden(Users users) {
    var hidden =
        others.stream()
            .map(other ->
                new Other(
                    users.hidden(scope.withConditions(other.conditions())).conditions(),
                    other.end()))
            .toList();
    return new CountedBudget(stated, children, time, groups, users.hidden(scope), hidden);
  }

  private static Dimension dimension(String name) {
    return Dimension.of(name).orElseThrow();
  }

  private static List<Condition> conditions(Budget budget) {
    var conditions = new ArrayList<Condition>();
    budget
        .getSelectorMap()
        .forEach((name, value) -> conditions.add(Condition.in(dimension(name), List.of(value))));
    budget
        .getExcludeMap()
        .forEach((name, value) ->
            conditions.add(
                new Condition(dimension(name), Condition.Operator.NOT_IN, List.of(value))));
    return conditions;
  }

  /* From then on it counts nothing. */
  private static Instant end(Budget budget, Instant now) {
    var latest = now.plus(AHEAD_MAX);
    return Optional.of(budget)
        .filter(Budget::hasExpireTime)
        .map(each -> Times.instant(each.getExpireTime()))
        .filter(expiry -> expiry.isBefore(latest))
        .orElse(latest);
  }

  /// The currency of its money; empty where it limits none.
  String currency() {
    return stated.getLimitsList().stream()
        .map(Amount::of)
        .map(Amount::currency)
        .filter(currency -> !currency.isEmpty())
        .findFirst()
        .orElse("");
  }

  /// A limit with the adjustments that are in force, and without what is carved out of it.
  Amount available(Amount limit) {
    var adjusted =
        stated.getAdjustmentsList().stream()
            .filter(each -> isOf(limit, each) && isActive(each))
            .map(each -> each.getNegative() ? value(each).negate() : value(each))
            .reduce(limit.value(), BigInteger::add);
    var carved =
        children.stream()
            .filter(child -> !isOver(child))
            .map(child -> carves(child, limit))
            .reduce(BigInteger.ZERO, BigInteger::add);
    return limit.with(adjusted.subtract(carved).max(BigInteger.ZERO));
  }

  /// Whether it has ended, so that it counts nothing any more.
  boolean isOver() {
    return stated.hasExpireTime() && !time.now().isBefore(Times.instant(stated.getExpireTime()));
  }

  /* What was carved out stays so until the window is over in which the carved out budget ended. */
  private boolean isOver(Budget child) {
    return child.hasExpireTime() && !time.start().isBefore(Times.instant(child.getExpireTime()));
  }

  /* What a child states, and what was added to it since the window began. */
  private BigInteger carves(Budget child, Amount limit) {
    var stated =
        child.getLimitsList().stream()
            .map(Amount::of)
            .filter(each -> each.unit() == limit.unit())
            .map(Amount::value)
            .reduce(BigInteger.ZERO, BigInteger::add);
    return child.getAdjustmentsList().stream()
        .filter(each -> isOf(limit, each) && !each.getNegative() && touchesWindow(each))
        .map(CountedBudget::value)
        .reduce(stated, BigInteger::add);
  }

  private static boolean isOf(Amount limit, Adjustment adjustment) {
    return Amount.of(adjustment.getAmount()).unit() == limit.unit();
  }

  private static BigInteger value(Adjustment adjustment) {
    return Amount.of(adjustment.getAmount()).value();
  }

  private boolean isActive(Adjustment adjustment) {
    return !time.now().isBefore(Times.instant(adjustment.getStartTime()))
        && (!adjustment.hasEndTime()
            || time.now().isBefore(Times.instant(adjustment.getEndTime())));
  }

  private boolean touchesWindow(Adjustment adjustment) {
    return !time.now().isBefore(Times.instant(adjustment.getStartTime()))
        && (!adjustment.hasEndTime()
            || time.start().isBefore(Times.instant(adjustment.getEndTime())));
  }
}
