package dev.tollgate.quota.budget;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.money.Nanos;
import dev.tollgate.proto.budget.v1.CalendarMonth;
import dev.tollgate.proto.budget.v1.Lifetime;
import dev.tollgate.quota.answer.Amounts;
import dev.tollgate.quota.hold.CounterUnit;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/// A budget as it goes over the wire and into the store: parsed with every mistake named, printed.
final class BudgetForm {
  private static final int DISPLAY_NAME_MAX = 128;
  private static final int SELECTOR_MAX = 8;
  private static final int GROUP_BY_MAX = 3;
  private static final BigDecimal COST_MAX = BigDecimal.valueOf(9_000_000_000L);
  private static final long COUNT_MAX = 1_000_000_000_000_000L;

  private BudgetForm() {}

  /// Reads a budget; what is wrong with it is in the fields afterwards.
  static Budget parse(Fields fields, dev.tollgate.proto.budget.v1.Budget form, Instant created) {
    return new Budget(
        fields.id("budget.budget_id", form.getBudgetId()),
        fields.text("budget.display_name", form.getDisplayName(), 1, DISPLAY_NAME_MAX),
        selector(fields, form),
        groupBy(fields, form),
        window(fields, form),
        limits(fields, form),
        created);
  }

  private static SequencedMap<String, String> selector(
      Fields fields, dev.tollgate.proto.budget.v1.Budget form) {
    fields.count("budget.selector (size)", form.getSelectorCount(), 0, SELECTOR_MAX);
    var selector = new TreeMap<String, String>();
    if (form.getSelectorCount() <= SELECTOR_MAX) {
      form.getSelectorMap()
          .forEach((name, value) -> {
            dimension(fields, "budget.selector", name);
            selector.put(
                name,
                fields.text(
                    "budget.selector[" + Shown.clip(name) + "]",
                    value,
                    1,
                    Fields.DIMENSION_VALUE_MAX));
          });
    }
    return selector;
  }

  private static List<Dimension> groupBy(Fields fields, dev.tollgate.proto.budget.v1.Budget form) {
    fields.count("budget.group_by (size)", form.getGroupByCount(), 0, GROUP_BY_MAX);
    var groupBy = new ArrayList<Dimension>();
    if (form.getGroupByCount() <= GROUP_BY_MAX) {
      for (var name : form.getGroupByList()) {
        for (var dimension : dimension(fields, "budget.group_by", name)) {
          if (groupBy.contains(dimension)) {
            fields.reject("budget.group_by", name + " (expected: each once)");
          }
          groupBy.add(dimension);
        }
      }
    }
    return groupBy;
  }

  /* The dimension of that name, or none where it was rejected. */
  private static List<Dimension> dimension(Fields fields, String field, String name) {
    var dimension = Dimension.of(name);
    if (dimension.isEmpty()) {
      fields.reject(
          field,
          Shown.text(name) + " (expected: a dimension; like " + Dimension.nearest(name) + "?)");
    }
    return dimension.stream().toList();
  }

  private static Window window(Fields fields, dev.tollgate.proto.budget.v1.Budget form) {
    return switch (form.getWindow().getKindCase()) {
      case CALENDAR_MONTH ->
          new Window.CalendarMonth(zone(fields, form.getWindow().getCalendarMonth().getTimeZone()));
      case LIFETIME -> new Window.Lifetime();
      case KIND_NOT_SET, CALENDAR, SLIDING -> {
        fields.reject("budget.window", "missing (expected: calendar_month or lifetime)");
        yield new Window.Lifetime();
      }
    };
  }

  private static ZoneId zone(Fields fields, String name) {
    if (name.isEmpty() || name.equals("UTC")) {
      return ZoneOffset.UTC;
    }
    try {
      if (ZoneId.getAvailableZoneIds().contains(name)) {
        return ZoneId.of(name);
      }
    } catch (DateTimeException e) {
      /* Rejected below. */
    }
    fields.reject(
        "budget.window.calendar_month.time_zone",
        Shown.text(name) + " (expected: an IANA name like Europe/Berlin)");
    return ZoneOffset.UTC;
  }

  private static List<Limit> limits(Fields fields, dev.tollgate.proto.budget.v1.Budget form) {
    fields.count("budget.limits (size)", form.getLimitsCount(), 1, 3);
    var limits = new ArrayList<Limit>();
    var kinds = new HashSet<dev.tollgate.proto.budget.v1.Limit.AmountCase>();
    for (int i = 0; i < Math.min(form.getLimitsCount(), 3); i++) {
      var field = "budget.limits[" + i + "]";
      var limit = form.getLimits(i);
      if (!kinds.add(limit.getAmountCase())) {
        fields.reject(field, limit.getAmountCase() + " (expected: at most one per unit)");
      }
      switch (limit.getAmountCase()) {
        case COST -> {
          var cost = fields.amount(field + ".cost", limit.getCost(), Nanos.SCALE, COST_MAX);
          limits.add(Limit.cost(limit.getCost().getCurrencyCode(), Nanos.of(cost).value()));
        }
        case TOKENS ->
            limits.add(
                Limit.tokens(fields.count(field + ".tokens", limit.getTokens(), 0, COUNT_MAX)));
        case REQUESTS ->
            limits.add(
                Limit.requests(
                    fields.count(field + ".requests", limit.getRequests(), 0, COUNT_MAX)));
        case AMOUNT_NOT_SET, INPUT_TOKENS, OUTPUT_TOKENS, SPEND_RATE ->
            fields.reject(field, "missing (expected: cost, tokens or requests)");
      }
    }
    return limits;
  }

  static dev.tollgate.proto.budget.v1.Budget print(Budget budget) {
    var form =
        dev.tollgate.proto.budget.v1.Budget.newBuilder()
            .setBudgetId(budget.id())
            .setDisplayName(budget.displayName())
            .putAllSelector(budget.selector())
            .setWindow(print(budget.window()))
            .setCreateTime(timestamp(budget.createTime().toEpochMilli()));
    budget.groupBy().forEach(dimension -> form.addGroupBy(dimension.name()));
    budget.limits().forEach(limit -> form.addLimits(print(limit, limit.amount())));
    return form.build();
  }

  private static dev.tollgate.proto.budget.v1.Window print(Window window) {
    var form = dev.tollgate.proto.budget.v1.Window.newBuilder();
    switch (window) {
      case Window.CalendarMonth(var zone) ->
          form.setCalendarMonth(
              CalendarMonth.newBuilder()
                  .setTimeZone(zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId()));
      case Window.Lifetime() -> form.setLifetime(Lifetime.getDefaultInstance());
    }
    return form.build();
  }

  /// An amount in the limit's unit: nanos, tokens or calls.
  static dev.tollgate.proto.budget.v1.Limit print(Limit limit, long amount) {
    var form = dev.tollgate.proto.budget.v1.Limit.newBuilder();
    if (limit.unit().isCost()) {
      form.setCost(Amounts.money(limit.currency(), amount));
    } else if (limit.unit() == CounterUnit.TOKENS) {
      form.setTokens(amount);
    } else {
      form.setRequests(amount);
    }
    return form.build();
  }

  static Timestamp timestamp(long millis) {
    return Timestamps.fromMillis(millis);
  }
}
