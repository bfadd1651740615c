package dev.tollgate.cli.apply;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.proto.budget.v1.Calendar;
import dev.tollgate.proto.budget.v1.CalendarMonth;
import dev.tollgate.proto.budget.v1.CalendarUnit;
import dev.tollgate.proto.budget.v1.CheckRules;
import dev.tollgate.proto.budget.v1.Enforcement;
import dev.tollgate.proto.budget.v1.Freeze;
import dev.tollgate.proto.budget.v1.Grace;
import dev.tollgate.proto.budget.v1.HoldExpiry;
import dev.tollgate.proto.budget.v1.Limit;
import dev.tollgate.proto.budget.v1.NoBudget;
import dev.tollgate.proto.budget.v1.PriorityCutoff;
import dev.tollgate.proto.budget.v1.StoreAway;
import dev.tollgate.proto.budget.v1.Window;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.quota.v1.Priority;
import java.math.BigDecimal;
import java.util.Comparator;

/// What somebody states, in the one form in which two statements of the same are equal: with the
/// defaults in place of what is left out, and without what the server sets.
public final class Stated {
  private static final int SOFT_DEFAULT = 80;
  private static final int HARD_DEFAULT = 100;
  private static final long GROUPS_DEFAULT = 100_000;

  private Stated() {}

  public static Budget of(Budget budget) {
    var form =
        budget.toBuilder()
            .clearCreateTime()
            .clearUpdateTime()
            .clearEtag()
            .clearRevision()
            .clearMadeByPins()
            .clearAdjustments();
    if (budget.getEnforcement() == Enforcement.ENFORCEMENT_UNSPECIFIED) {
      form.setEnforcement(Enforcement.ENFORCEMENT_HARD);
    }
    if (budget.getStoreAway() == StoreAway.STORE_AWAY_UNSPECIFIED) {
      form.setStoreAway(StoreAway.STORE_AWAY_DENY);
    }
    if (budget.getHoldExpiry() == HoldExpiry.HOLD_EXPIRY_UNSPECIFIED) {
      form.setHoldExpiry(HoldExpiry.HOLD_EXPIRY_CHARGE_HOLD);
    }
    form.setSoftPercent(budget.getSoftPercent() == 0 ? SOFT_DEFAULT : budget.getSoftPercent());
    form.setHardPercent(budget.getHardPercent() == 0 ? HARD_DEFAULT : budget.getHardPercent());
    if (budget.getGroupsMax() == 0 && budget.getGroupByCount() > 0) {
      form.setGroupsMax(GROUPS_DEFAULT);
    }
    if (budget.hasWindow()) {
      form.setWindow(window(budget.getWindow()));
    }
    form.clearLimits();
    budget.getLimitsList().forEach(limit -> form.addLimits(limit(limit)));
    form.clearPriorityCutoffs();
    budget.getPriorityCutoffsList().stream()
        .sorted(Comparator.comparing(PriorityCutoff::getPriority, Stated::least))
        .forEach(form::addPriorityCutoffs);
    if (budget.hasGrace()) {
      form.setGrace(grace(budget.getGrace()));
    }
    if (budget.hasExpireTime()) {
      form.setExpireTime(millis(budget.getExpireTime()));
    }
    return form.build();
  }

  /* The order in which the server shows them. */
  private static int least(Priority one, Priority other) {
    return Integer.compare(rank(one), rank(other));
  }

  private static int rank(Priority priority) {
    return switch (priority) {
      case PRIORITY_BATCH -> 0;
      case PRIORITY_EXPERIMENT -> 1;
      case PRIORITY_STANDARD -> 2;
      case PRIORITY_CRITICAL -> 3;
      case PRIORITY_UNSPECIFIED, UNRECOGNIZED -> 4;
    };
  }

  private static Window window(Window window) {
    return switch (window.getKindCase()) {
      case CALENDAR_MONTH -> month(window.getCalendarMonth().getTimeZone());
      case CALENDAR -> calendar(window.getCalendar());
      case SLIDING, LIFETIME, KIND_NOT_SET -> window;
    };
  }

  private static Window month(String zone) {
    return Window.newBuilder()
        .setCalendarMonth(CalendarMonth.newBuilder().setTimeZone(zone(zone)))
        .build();
  }

  private static Window calendar(Calendar calendar) {
    var unit = calendar.getUnit();
    var day = Math.max(1, calendar.getAnchorDay());
    if (unit == CalendarUnit.CALENDAR_UNIT_MONTH && day == 1) {
      return month(calendar.getTimeZone());
    }
    var form = calendar.toBuilder().setTimeZone(zone(calendar.getTimeZone()));
    if (unit.compareTo(CalendarUnit.CALENDAR_UNIT_WEEK) >= 0) {
      form.setAnchorDay(day);
    }
    if (unit.compareTo(CalendarUnit.CALENDAR_UNIT_QUARTER) >= 0) {
      form.setAnchorMonth(Math.max(1, calendar.getAnchorMonth()));
    }
    return Window.newBuilder().setCalendar(form).build();
  }

  private static String zone(String name) {
    return name.isEmpty() ? "UTC" : name;
  }

  private static Limit limit(Limit limit) {
    return switch (limit.getAmountCase()) {
      case COST -> limit.toBuilder().setCost(money(limit.getCost())).build();
      case SPEND_RATE ->
          limit.toBuilder()
              .setSpendRate(
                  limit.getSpendRate().toBuilder().setFloor(money(limit.getSpendRate().getFloor())))
              .build();
      case TOKENS, REQUESTS, INPUT_TOKENS, OUTPUT_TOKENS, AMOUNT_NOT_SET -> limit;
    };
  }

  /* What is no number stays as it is: the server says so. */
  private static Money money(Money money) {
    try {
      var plain = new BigDecimal(money.getAmount()).stripTrailingZeros().toPlainString();
      return money.toBuilder().setAmount(plain).build();
    } catch (NumberFormatException _) {
      return money;
    }
  }

  private static Grace grace(Grace grace) {
    var form = grace.toBuilder();
    if (grace.getPriorityMin() == Priority.PRIORITY_UNSPECIFIED) {
      form.setPriorityMin(Priority.PRIORITY_BATCH);
    }
    if (grace.hasHours()) {
      var hours = grace.getHours();
      form.setHours(
          hours.toBuilder()
              .setTimeZone(zone(hours.getTimeZone()))
              .clearDays()
              .addAllDays(hours.getDaysList().stream().sorted().toList())
              .setFrom(hours.getFrom().isEmpty() ? "00:00" : hours.getFrom())
              .setTo(hours.getTo().isEmpty() ? "24:00" : hours.getTo()));
    }
    return form.build();
  }

  private static Timestamp millis(Timestamp time) {
    return Timestamps.isValid(time) ? Timestamps.fromMillis(Timestamps.toMillis(time)) : time;
  }

  public static Freeze of(Freeze freeze) {
    var form = freeze.toBuilder().clearCreateTime().clearActor().clearMadeByPins();
    if (freeze.hasExpireTime()) {
      form.setExpireTime(millis(freeze.getExpireTime()));
    }
    return form.build();
  }

  public static CheckRules of(CheckRules rules) {
    var form = rules.toBuilder().clearVersion().clearUpdateTime();
    if (rules.getNoBudget() == NoBudget.NO_BUDGET_UNSPECIFIED) {
      form.setNoBudget(NoBudget.NO_BUDGET_ALLOW);
    }
    return form.build();
  }
}
