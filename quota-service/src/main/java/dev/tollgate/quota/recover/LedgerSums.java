package dev.tollgate.quota.recover;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Tokens;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What the counters of budgets must stand at, as the ledger has it: those that still count at an
/// instant, of calls that are over.
final class LedgerSums {
  /*
   * Budgets whose windows began at one instant, with slots of one length, are asked for together:
   * one statement, however many they are. It groups calls by every dimension that a selector or
   * group of these budgets names, and each combination is matched by the policy itself, so that
   * exceptions, fallbacks and carve-outs are what they are in a check. A combination is a line of
   * the answer: as many as there are groups, not calls.
   */
  private final Ledger ledger;
  private final Tokens tokens;

  LedgerSums(Ledger ledger, Tokens tokens) {
    this.ledger = ledger;
    this.tokens = tokens;
  }

  private record Stretch(long sinceMillis, long slotLengthMillis) {
    static Stretch of(Budget budget, Instant now) {
      var window = budget.window();
      var slots = !window.earlier(now).isEmpty();
      return new Stretch(
          window.sinceMillis(now),
          slots ? window.currentUntilMillis(now) - window.at(now).startMillis() : 0);
    }
  }

  /// What each counter stands at that is not at 0.
  ///
  /// @param budgets of the policy
  /// @param through how far the logs count, by log
  Map<Counter, Long> of(
      String tenant,
      Policy policy,
      Collection<Budget> budgets,
      Instant now,
      Map<String, Long> through) {
    var stretches = new LinkedHashMap<Stretch, List<Budget>>();
    for (var budget : budgets) {
      stretches.computeIfAbsent(Stretch.of(budget, now), any -> new ArrayList<>()).add(budget);
    }
    var sums = new HashMap<Counter, Long>();
    stretches.forEach((stretch, its) -> {
      var relevant = relevant(policy, its);
      var question =
          new LedgerQuestion(
              tenant,
              Instant.ofEpochMilli(stretch.sinceMillis()),
              through,
              dimensions(relevant),
              turns(relevant, stretch, now),
              stretch.slotLengthMillis());
      ask(question, new Counting(new Policy(relevant), its, now, sums));
    });
    return sums;
  }

  private void ask(LedgerQuestion question, Counting counting) {
    ledger.lines(question, counting::count);
    ledger.unknown(question, call -> counting.count(call, held(question.tenant(), call)));
  }

  /* Counters keep what was held for a call whose cost nobody knows. */
  private Spend held(String tenant, LedgerCall call) {
    var known = call.spend();
    return tokens
        .open(tenant, call.token())
        .map(reservation -> {
          var held = reservation.terms().held();
          return known.inputTokens() > 0 || known.outputTokens() > 0
              ? new Spend(held.costNanos(), known.inputTokens(), known.outputTokens())
              : held;
        })
        .orElse(known);
  }

  /* Whether a budget counts a call depends on others only where it counts what they don't. */
  private static Collection<Budget> relevant(Policy policy, List<Budget> budgets) {
    if (budgets.stream().anyMatch(Budget::fallback)) {
      return policy.budgets().values();
    }
    var relevant = new TreeMap<String, Budget>();
    for (var budget : budgets) {
      relevant.put(budget.id(), budget);
      policy.carvedOutOf(budget.id()).forEach(child -> relevant.put(child.id(), child));
    }
    return relevant.values();
  }

  private static List<Dimension> dimensions(Collection<Budget> budgets) {
    var names = new TreeSet<String>();
    for (var budget : budgets) {
      names.addAll(budget.selector().equal().keySet());
      names.addAll(budget.selector().except().keySet());
      budget.groupBy().forEach(dimension -> names.add(dimension.name()));
    }
    return names.stream().map(name -> Dimension.of(name).orElseThrow()).toList();
  }

  private static List<Instant> turns(Collection<Budget> budgets, Stretch stretch, Instant now) {
    return budgets.stream()
        .map(Budget::endTime)
        .filter(end -> !end.isAfter(now) && end.toEpochMilli() > stretch.sinceMillis())
        .distinct()
        .sorted()
        .toList();
  }

  /// Adds lines to the counters that they count in.
  private static final class Counting {
    private final Policy policy;
    private final Set<String> ids = new HashSet<>();
    private final Instant now;
    private final Map<Counter, Long> sums;

    Counting(Policy policy, List<Budget> budgets, Instant now, Map<Counter, Long> sums) {
      this.policy = policy;
      this.now = now;
      this.sums = sums;
      budgets.forEach(budget -> ids.add(budget.id()));
    }

    void count(LedgerLine line) {
      for (var budget : policy.match(line.dimensions(), line.at()).budgets()) {
        if (!ids.contains(budget.id())) {
          continue;
        }
        var group = budget.group(line.dimensions());
        for (var limit : budget.limits()) {
          if (!limit.unit().isCost() || limit.currency().equals(line.currency())) {
            var slot = line.slotMillis() == 0 ? now : slot(line.slotMillis());
            var counter = budget.counter(limit, group, slot);
            add(counter, line.spent().of(limit.unit()));
          }
        }
      }
    }

    void count(LedgerCall call, Spend spend) {
      var spent = Spent.of(spend);
      for (var budget : policy.match(call.dimensions(), call.checkTime()).budgets()) {
        if (ids.contains(budget.id())) {
          var group = budget.group(call.dimensions());
          for (var limit : budget.limits()) {
            var counter = budget.counter(limit, group, slot(call.checkTime().toEpochMilli()));
            add(counter, spent.of(limit.unit()));
          }
        }
      }
    }

    /* Only slots tell calls of one window apart; and an event's clock may be ahead of ours. */
    private Instant slot(long millis) {
      var at = Instant.ofEpochMilli(millis);
      return at.isAfter(now) ? now : at;
    }

    private void add(Counter counter, long amount) {
      if (amount > 0) {
        sums.merge(counter, amount, Spent::sum);
      }
    }
  }
}
