package dev.tollgate.query.burn;

import dev.tollgate.kernel.field.Times;
import dev.tollgate.proto.alert.v1.Alert;
import dev.tollgate.proto.alert.v1.AlertKind;
import dev.tollgate.proto.alert.v1.AlertStatus;
import dev.tollgate.proto.query.v1.BudgetBurnRow;
import dev.tollgate.proto.query.v1.BudgetUnit;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// That a rule on a budget begins to hold, as people are told of it.
///
/// @param group as the ledger has it: users are surrogates
/// @param outlook on the rest of the window; without values where nobody knows
record BudgetAlert(
    CountedBudget budget,
    List<String> group,
    LimitUse use,
    BudgetRule rule,
    BudgetBurnRow outlook) {
  private static final DateTimeFormatter MINUTES =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm VV", Locale.ROOT);
  private static final BigDecimal HUNDRED = new BigDecimal(100);
  private static final Duration IN_HOURS = Duration.ofDays(2);
  private static final int CENTS = 2;

  BudgetAlert {
    group = List.copyOf(group);
  }

  Alert alert(String id) {
    var alert =
        Alert.newBuilder()
            .setAlertId(id)
            .setKind(rule.kind())
            .setSeverity(rule.severity())
            .setStatus(AlertStatus.ALERT_STATUS_FIRING)
            .setTitle(title())
            .setText(text())
            .setOwner(budget.stated().getOwner())
            .setStartTime(Times.timestamp(budget.time().now()))
            .putAllSubject(budget.stated().getSelectorMap());
    for (var i = 0; i < group.size(); i++) {
      alert.putSubject(budget.groups().get(i).name(), group.get(i));
    }
    return alert.build();
  }

  private String title() {
    var isEarly = rule.kind() == AlertKind.ALERT_KIND_BURN;
    var used = isEarly ? use.early() : use.used();
    var title = new StringBuilder(budget.stated().getDisplayName());
    for (var i = 0; i < group.size(); i++) {
      title.append(", ").append(budget.groups().get(i).name()).append(' ');
      title.append(group.get(i).isEmpty() ? "not attributed" : group.get(i));
    }
    title.append(": ").append(number(used)).append(" of ").append(number(use.available().value()));
    title.append(' ').append(unit()).append(" used").append(percent(used));
    return title.append(isEarly ? " before the end of day 20" : "").append(ahead()).toString();
  }

  /* Rounded down, so that 100 % is all of it. */
  private String percent(BigInteger amount) {
    var available = use.available().value();
    return available.signum() == 0
        ? ""
        : " (%s %%)"
            .formatted(
                new BigDecimal(amount)
                    .multiply(HUNDRED)
                    .divide(new BigDecimal(available), 1, RoundingMode.DOWN));
  }

  private String ahead() {
    var now = budget.time().now();
    var left = budget.time().end().map(end -> ", " + left(Duration.between(now, end))).orElse("");
    var isUsedUp = use.reaches(BudgetRule.ALL.percent());
    return outlook.hasExhaustionTime() && !isUsedUp
        ? left + ", at this rate used up on " + minute(when(outlook))
        : left;
  }

  private static Instant when(BudgetBurnRow row) {
    var time = row.getExhaustionTime();
    return Times.instant(time);
  }

  private static String left(Duration left) {
    return left.compareTo(IN_HOURS) < 0
        ? left.toHours() + " hours left"
        : left.toDays() + " days left";
  }

  private String minute(Instant instant) {
    return MINUTES.format(instant.atZone(budget.time().zone()));
  }

  private String text() {
    var time = budget.time();
    var lines = new ArrayList<String>();
    lines.add(
        "Passed: %d %% of budget %s.".formatted(rule.percent(), budget.stated().getBudgetId()));
    time.end()
        .ifPresent(
            end -> lines.add("Window: %s to %s.".formatted(minute(time.start()), minute(end))));
    if (!outlook.getForecast().isEmpty()) {
      var interval =
          outlook.getForecastLow().isEmpty()
              ? ""
              : " (%s to %s)".formatted(outlook.getForecastLow(), outlook.getForecastHigh());
      lines.add(
          "Forecast for its end: %s%s %s.".formatted(outlook.getForecast(), interval, unit()));
    }
    if (outlook.getUnpricedCalls() > 0) {
      lines.add("Calls of unknown cost, not in it: %d.".formatted(outlook.getUnpricedCalls()));
    }
    return String.join("\n", lines);
  }

  private String number(BigInteger amount) {
    if (use.available().unit() != BudgetUnit.BUDGET_UNIT_COST) {
      return amount.toString();
    }
    var money = new BigDecimal(use.available().with(amount).text()).stripTrailingZeros();
    return (money.scale() < CENTS ? money.setScale(CENTS) : money).toPlainString();
  }

  private String unit() {
    return switch (use.available().unit()) {
      case BUDGET_UNIT_COST -> use.available().currency();
      case BUDGET_UNIT_TOKENS -> "tokens";
      case BUDGET_UNIT_INPUT_TOKENS -> "input tokens";
      case BUDGET_UNIT_OUTPUT_TOKENS -> "output tokens";
      case BUDGET_UNIT_REQUESTS -> "calls";
      case BUDGET_UNIT_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }
}
