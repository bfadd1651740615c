package dev.tollgate.quota.budget;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.common.v1.Dimensions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Everything that a tenant has said about its checks, compiled for matching. Immutable.
public final class Policy {
  /* Budgets whose selectors name the same dimensions share one map from the values to the budgets.
  Matching looks once into each such map, so it costs as many look-ups as there are different sets of
  dimensions, however many budgets there are. */

  /// The policy of a tenant that has said nothing.
  public static final Policy EMPTY = new Policy(List.of());

  private record Shape(List<Dimension> dimensions, Map<List<String>, List<Budget>> byValues) {
    List<Budget> of(Dimensions call) {
      var values = new String[dimensions.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = dimensions.get(i).read(call);
      }
      return byValues.getOrDefault(List.of(values), List.of());
    }
  }

  private final long version;
  private final NavigableMap<String, Budget> byId = new TreeMap<>();
  private final NavigableMap<String, Freeze> freezes = new TreeMap<>();
  private final CheckRules rules;
  private final Map<String, Long> firstSeen;
  private final List<Shape> shapes;
  private final Map<String, List<Budget>> carved = new HashMap<>();

  /// @param version how much was ever written of it: what tells the newer of two policies
  /// @param firstSeen the version in which a budget's counting began, by its counters' name; the
  ///   given one where it is not there
  public Policy(
      long version,
      Collection<Budget> budgets,
      Collection<Freeze> freezes,
      CheckRules rules,
      Map<String, Long> firstSeen) {
    this.version = version;
    this.rules = rules;
    this.firstSeen = Map.copyOf(firstSeen);
    freezes.forEach(freeze -> this.freezes.put(freeze.id(), freeze));
    var byNames = new LinkedHashMap<List<String>, Map<List<String>, List<Budget>>>();
    for (var budget : budgets) {
      byId.put(budget.id(), budget);
      var equal = budget.selector().equal();
      byNames
          .computeIfAbsent(List.copyOf(equal.keySet()), names -> new HashMap<>())
          .computeIfAbsent(List.copyOf(equal.values()), values -> new ArrayList<>())
          .add(budget);
      if (budget.isCarved()) {
        carved.computeIfAbsent(budget.parentId(), parent -> new ArrayList<>()).add(budget);
      }
    }
    shapes =
        byNames.entrySet().stream()
            .map(entry -> new Shape(dimensions(entry.getKey()), entry.getValue()))
            .toList();
  }

  /// A policy of nothing but budgets.
  public Policy(Collection<Budget> budgets) {
    this(0, budgets, List.of(), CheckRules.DEFAULT, Map.of());
  }

  private static List<Dimension> dimensions(List<String> names) {
    return names.stream().map(name -> Dimension.of(name).orElseThrow()).toList();
  }

  /// What the counters of its budgets are named after.
  public Set<String> counterIds() {
    return byId.values().stream().map(Budget::counterId).collect(Collectors.toSet());
  }

  /// The budgets that a call of the instant counts under, by id, and what else is said about it.
  public Matched match(Dimensions dimensions, Instant at) {
    var counting = new ArrayList<Budget>();
    var fallbacks = new ArrayList<Budget>();
    var skipped = new ArrayList<Matched.Skipped>();
    var ended = new ArrayList<Budget>();
    for (var shape : shapes) {
      for (var budget : shape.of(dimensions)) {
        if (budget.selector().excepts(dimensions)) {
          continue;
        }
        if (budget.hasEnded(at)) {
          if (budget.isCarved()) {
            ended.add(budget);
          } else {
            skipped.add(new Matched.Skipped(budget, Matched.Why.ENDED));
          }
        } else if (budget.fallback()) {
          fallbacks.add(budget);
        } else {
          counting.add(budget);
        }
      }
    }
    if (!carved.isEmpty()) {
      passParents(counting, skipped);
    }
    if (counting.isEmpty()) {
      counting.addAll(fallbacks);
    } else {
      fallbacks.forEach(each -> skipped.add(new Matched.Skipped(each, Matched.Why.FALLBACK)));
    }
    counting.sort(Comparator.comparing(Budget::id));
    return new Matched(counting, skipped, ended, frozen(dimensions, at), seedNeeded(counting));
  }

  /* A call that counts under a carved out budget does not count under its parent. */
  private static void passParents(List<Budget> counting, List<Matched.Skipped> skipped) {
    var passed =
        counting.stream().filter(Budget::isCarved).map(Budget::parentId).distinct().toList();
    counting.removeIf(budget -> {
      var passes = passed.contains(budget.id());
      if (passes) {
        skipped.add(new Matched.Skipped(budget, Matched.Why.CARVED));
      }
      return passes;
    });
  }

  private List<Freeze> frozen(Dimensions dimensions, Instant at) {
    if (freezes.isEmpty()) {
      return List.of();
    }
    return freezes.values().stream()
        .filter(freeze -> freeze.isActive(at) && freeze.selector().matches(dimensions))
        .toList();
  }

  private long seedNeeded(List<Budget> budgets) {
    var needed = 0L;
    for (var budget : budgets) {
      needed = Math.max(needed, seeding(firstSeen.getOrDefault(budget.counterId(), version)));
    }
    return needed;
  }

  /// What a store is told when all budgets of this policy are seeded: more than of any older one,
  /// and for a tenant that has said nothing more than the 0 of a store where nothing is done.
  public long seeding() {
    return seeding(version);
  }

  private static long seeding(long version) {
    return version + 1;
  }

  /// How far a limit may be used by a call.
  ///
  /// @param usualNanos what is usual, where the limit is a spend rate
  public Bound bound(Budget budget, Limit limit, long usualNanos, Bound.Caller caller) {
    return Bound.of(budget, limit, carvedOut(budget, limit, caller.at()), usualNanos, caller);
  }

  /* What was carved out stays so until the window is over in which the carved out budget ended. */
  private long carvedOut(Budget parent, Limit limit, Instant at) {
    var sum = 0L;
    for (var child : carved.getOrDefault(parent.id(), List.of())) {
      var over =
          child.hasEnded(at) && parent.window().sinceMillis(at) >= child.endTime().toEpochMilli();
      for (var part : child.limits()) {
        if (!over && limit.isOf(part.unit())) {
          sum = Math.addExact(sum, Math.ceilDiv(child.carves(part, at), limit.amountOf(1)));
        }
      }
    }
    return sum;
  }

  public long version() {
    return version;
  }

  /// All budgets, by id.
  public NavigableMap<String, Budget> budgets() {
    return Collections.unmodifiableNavigableMap(byId);
  }

  /// All freezes, also those that have ended, by id.
  public NavigableMap<String, Freeze> freezes() {
    return Collections.unmodifiableNavigableMap(freezes);
  }

  public CheckRules rules() {
    return rules;
  }

  /// The budgets that are carved out of one.
  public List<Budget> carvedOutOf(String budgetId) {
    return carved.getOrDefault(budgetId, List.of());
  }
}
