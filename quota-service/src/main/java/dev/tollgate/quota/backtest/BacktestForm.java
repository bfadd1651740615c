package dev.tollgate.quota.backtest;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.caller.Caller;
import dev.tollgate.kernel.field.Fields;
import dev.tollgate.kernel.field.Shown;
import dev.tollgate.proto.budget.v1.BacktestBudget;
import dev.tollgate.proto.budget.v1.BacktestBudgetsRequest;
import dev.tollgate.proto.budget.v1.BacktestHit;
import dev.tollgate.proto.budget.v1.BacktestReport;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.BudgetForm;
import dev.tollgate.quota.budget.Carving;
import dev.tollgate.quota.budget.Enforcement;
import dev.tollgate.quota.budget.Origin;
import dev.tollgate.quota.budget.Policy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Backtests as they go over the wire: parsed with every mistake named, and printed.
final class BacktestForm {
  private static final int BUDGETS_MAX = 1_000;
  private static final int BUDGETS_TOLD = 1_000;
  private static final int HITS_BYTES_MAX = 2_000_000;
  private static final Duration RANGE_MAX = Duration.ofDays(92);
  private static final Instant TIME_MIN = Instant.parse("2020-01-01T00:00:00Z");
  private static final Instant TIME_MAX = Instant.parse("2100-01-01T00:00:00Z");
  private static final int NANO_DIGITS = 9;
  private static final int WIRE_DIGITS = 12;

  private BacktestForm() {}

  /// What is asked for, of the caller's own budgets and calls.
  ///
  /// @throws Failure FIELD_INVALID, DIMENSION_FORBIDDEN, BUDGET_UNKNOWN
  static Backtest parse(BacktestBudgetsRequest request, Caller caller, Policy policy, Instant now) {
    var fields = new Fields();
    var start = time(fields, "start_time", request.hasStartTime(), request.getStartTime());
    var end = request.hasEndTime() ? time(fields, "end_time", true, request.getEndTime()) : now;
    if (fields.violations().isEmpty() && !start.isBefore(end)) {
      fields.reject("start_time", start.toString(), "before " + end);
    } else if (fields.violations().isEmpty() && start.plus(RANGE_MAX).isBefore(end)) {
      fields.reject("start_time", start.toString(), "at most 92 days before " + end);
    }
    var removed = removed(fields, request);
    var given = given(fields, request, policy, caller, now);
    fields.check();
    given.forEach(budget -> requireWithinPins(caller, budget));
    removed.forEach(id -> requireThere(caller, policy, id));
    var composed = given.isEmpty() ? shadows(policy, caller) : composed(policy, caller, given);
    removed.forEach(composed::remove);
    var tried =
        new Policy(policy.version(), composed.values(), List.of(), policy.rules(), Map.of());
    checkCarving(caller, tried, given);
    return new Backtest(caller.tenant(), caller.pins(), tried, start, end);
  }

  private static Instant time(Fields fields, String field, boolean present, Timestamp value) {
    return fields.instant(field, present, value, TIME_MIN, TIME_MAX);
  }

  private static List<String> removed(Fields fields, BacktestBudgetsRequest request) {
    var ids = request.getRemovedBudgetIdsList();
    fields.count("removed_budget_ids (size)", ids.size(), 0, BUDGETS_MAX);
    var given = new HashSet<String>();
    request.getBudgetsList().forEach(budget -> given.add(budget.getBudgetId()));
    for (int i = 0; i < Math.min(ids.size(), BUDGETS_MAX); i++) {
      var field = "removed_budget_ids[" + i + "]";
      var id = fields.id(field, ids.get(i));
      if (given.contains(id)) {
        fields.rejectText(field, id, "none that is given in budgets");
      }
    }
    return List.copyOf(ids);
  }

  private static List<Budget> given(
      Fields fields, BacktestBudgetsRequest request, Policy policy, Caller caller, Instant now) {
    fields.count("budgets (size)", request.getBudgetsCount(), 0, BUDGETS_MAX);
    var budgets = new ArrayList<Budget>();
    var ids = new HashSet<String>();
    for (int i = 0; i < Math.min(request.getBudgetsCount(), BUDGETS_MAX); i++) {
      var its = new Fields();
      var form = request.getBudgets(i);
      var budget = BudgetForm.parse(its, form, Origin.made(now, caller.pins()));
      if (!ids.add(form.getBudgetId())) {
        its.rejectText("budget.budget_id", form.getBudgetId(), "each id once");
      }
      reject(fields, i, its.violations());
      if (its.violations().isEmpty()) {
        budgets.add(inPlace(budget, policy));
      }
    }
    return budgets;
  }

  private static void reject(Fields fields, int index, List<Failure.Violation> violations) {
    for (var each : violations) {
      fields.reject(
          each.field().replaceFirst("^budget", "budgets[" + index + "]"), each.description());
    }
  }

  /* What was added to one stays, as in an update. */
  private static Budget inPlace(Budget budget, Policy policy) {
    var known = policy.budgets().get(budget.id());
    return known == null
        ? budget
        : budget.with(
            known.adjustments().stream()
                .filter(each -> budget.limits().stream().anyMatch(limit -> limit.isOf(each.unit())))
                .toList(),
            known.origin());
  }

  private static void requireWithinPins(Caller caller, Budget budget) {
    if (!caller.administers(budget.selector().equal())) {
      throw Failure.of(
          Reason.DIMENSION_FORBIDDEN,
          "%s: selector %s (expected: with what the credential pins: %s)"
              .formatted(budget.id(), budget.selector().equal(), caller.pins()));
    }
  }

  private static void requireThere(Caller caller, Policy policy, String id) {
    var known = policy.budgets().get(id);
    if (known == null || !caller.administers(known.selector().equal())) {
      throw Failure.of(Reason.BUDGET_UNKNOWN, "no budget " + Shown.text(id));
    }
  }

  /* Others' budgets deny nothing here: they would count only a part of their calls. They stay, so
  that budgets for whatever others don't match count what they do. */
  private static Map<String, Budget> composed(Policy policy, Caller caller, List<Budget> given) {
    var composed = new TreeMap<String, Budget>();
    for (var budget : policy.budgets().values()) {
      if (caller.administers(budget.selector().equal())) {
        composed.put(budget.id(), budget);
      } else if (!budget.isCarved()) {
        composed.put(budget.id(), budget.with(Enforcement.SHADOW));
      }
    }
    given.forEach(budget -> composed.put(budget.id(), budget));
    return composed;
  }

  private static Map<String, Budget> shadows(Policy policy, Caller caller) {
    var composed = composed(policy, caller, List.of());
    composed.replaceAll((id, budget) -> {
      var told = caller.administers(budget.selector().equal());
      var shadow = told && budget.enforcement() == Enforcement.SHADOW;
      return budget.with(shadow ? Enforcement.HARD : Enforcement.SHADOW);
    });
    return composed;
  }

  private static void checkCarving(Caller caller, Policy tried, List<Budget> given) {
    var fields = new Fields();
    for (int i = 0; i < given.size(); i++) {
      try {
        Carving.check(caller, tried, given.get(i));
      } catch (Failure failure) {
        reject(fields, i, failure.violations());
      }
    }
    fields.check();
  }

  /// The report, of a size that can be sent.
  static BacktestReport print(Findings findings) {
    var report =
        BacktestReport.newBuilder()
            .setEvents(findings.calls())
            .setDenied(findings.denied())
            .addAllSaved(print(findings.saved()))
            .setUnpriced(findings.undecided());
    var bytes = 0L;
    for (var each : findings.budgets().stream().limit(BUDGETS_TOLD).toList()) {
      var budget =
          BacktestBudget.newBuilder()
              .setBudgetId(each.budget().id())
              .setBudgetDisplayName(each.budget().displayName())
              .setDenied(each.denied())
              .addAllSaved(print(each.saved()))
              .setFirstDenialTime(Timestamps.fromMillis(each.firstTime().toEpochMilli()));
      for (var hit : each.hits()) {
        var printed = print(hit);
        bytes += printed.getSerializedSize();
        if (bytes <= HITS_BYTES_MAX) {
          budget.addHits(printed);
        }
      }
      report.addBudgets(budget);
    }
    return report.build();
  }

  private static BacktestHit print(Findings.Hit hit) {
    return BacktestHit.newBuilder()
        .setTeam(hit.who().team())
        .setProject(hit.who().project())
        .setUser(hit.who().user())
        .setFeature(hit.who().feature())
        .setDenied(hit.denied())
        .setFirstDenialTime(Timestamps.fromMillis(hit.firstTime().toEpochMilli()))
        .build();
  }

  private static List<Money> print(Map<String, BigInteger> nanos) {
    return nanos.entrySet().stream()
        .map(each ->
            Money.newBuilder()
                .setCurrencyCode(each.getKey())
                .setAmount(
                    new BigDecimal(each.getValue(), NANO_DIGITS)
                        .setScale(WIRE_DIGITS)
                        .toPlainString())
                .build())
        .toList();
  }
}
