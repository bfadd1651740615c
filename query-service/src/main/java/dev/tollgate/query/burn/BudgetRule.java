package dev.tollgate.query.burn;

import dev.tollgate.proto.alert.v1.AlertKind;
import dev.tollgate.proto.alert.v1.AlertSeverity;
import java.math.BigInteger;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// When somebody is told of a budget.
enum BudgetRule {
  HALF(50, AlertKind.ALERT_KIND_BUDGET, AlertSeverity.ALERT_SEVERITY_INFO),
  PERCENT_80(80, AlertKind.ALERT_KIND_BUDGET, AlertSeverity.ALERT_SEVERITY_WARNING),
  PERCENT_85(85, AlertKind.ALERT_KIND_BUDGET, AlertSeverity.ALERT_SEVERITY_WARNING),
  PERCENT_95(95, AlertKind.ALERT_KIND_BUDGET, AlertSeverity.ALERT_SEVERITY_CRITICAL),
  ALL(100, AlertKind.ALERT_KIND_BUDGET, AlertSeverity.ALERT_SEVERITY_CRITICAL),
  BY_DAY_20(85, AlertKind.ALERT_KIND_BURN, AlertSeverity.ALERT_SEVERITY_WARNING);

  /* What slides goes up and down: so it does not begin and end again and again. */
  private static final int SLACK = 5;

  private static final BigInteger HUNDRED = BigInteger.valueOf(100);
  private static final List<BudgetRule> HIGHEST_FIRST =
      List.of(ALL, PERCENT_95, PERCENT_85, PERCENT_80, HALF);

  private final int percent;
  private final AlertKind kind;
  private final AlertSeverity severity;

  BudgetRule(int percent, AlertKind kind, AlertSeverity severity) {
    this.percent = percent;
    this.kind = kind;
    this.severity = severity;
  }

  int percent() {
    return percent;
  }

  AlertKind kind() {
    return kind;
  }

  AlertSeverity severity() {
    return severity;
  }

  /// What goes on, if that did before: of the thresholds that are passed the highest one at least.
  ///
  /// @param before in the same window
  static Set<BudgetRule> after(Set<BudgetRule> before, LimitUse use) {
    var after = EnumSet.noneOf(BudgetRule.class);
    before.stream().filter(rule -> rule.goesOn(use)).forEach(after::add);
    for (var rule : HIGHEST_FIRST) {
      if (after.contains(rule)) {
        break;
      }
      if (use.reaches(rule.percent)) {
        after.add(rule);
        break;
      }
    }
    if (use.reachesEarly(BY_DAY_20.percent)) {
      after.add(BY_DAY_20);
    }
    return after;
  }

  private boolean goesOn(LimitUse use) {
    return this == BY_DAY_20
        ? use.reachesEarly(percent)
        : use.reaches(use.slides() ? percent - SLACK : percent);
  }

  /// With less no rule begins or goes on.
  static BigInteger least(Amount available) {
    var percent = BigInteger.valueOf(HALF.percent - SLACK);
    var parts = available.value().multiply(percent).divideAndRemainder(HUNDRED);
    var least = parts[1].signum() == 0 ? parts[0] : parts[0].add(BigInteger.ONE);
    return least.max(BigInteger.ONE);
  }
}
