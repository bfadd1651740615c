package dev.tollgate.quota.budget;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.common.v1.Dimensions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The budgets of one tenant, compiled for matching. Immutable.
public final class Policy {
  /* Budgets whose selectors name the same dimensions share one map from the values to the budgets.
  Matching looks once into each such map, so it costs as many look-ups as there are different sets of
  dimensions, however many budgets there are. */

  /// The policy of a tenant that has no budgets.
  public static final Policy EMPTY = new Policy(List.of());

  private record Shape(List<Dimension> dimensions, Map<List<String>, List<Budget>> byValues) {}

  private final NavigableMap<String, Budget> byId = new TreeMap<>();
  private final List<Shape> shapes;

  public Policy(Collection<Budget> budgets) {
    var byNames = new LinkedHashMap<List<String>, Map<List<String>, List<Budget>>>();
    for (var budget : budgets) {
      byId.put(budget.id(), budget);
      byNames
          .computeIfAbsent(List.copyOf(budget.selector().keySet()), names -> new HashMap<>())
          .computeIfAbsent(List.copyOf(budget.selector().values()), values -> new ArrayList<>())
          .add(budget);
    }
    shapes =
        byNames.entrySet().stream()
            .map(entry -> new Shape(dimensions(entry.getKey()), entry.getValue()))
            .toList();
  }

  private static List<Dimension> dimensions(List<String> names) {
    return names.stream().map(name -> Dimension.of(name).orElseThrow()).toList();
  }

  /// The budgets that the call counts under, by id.
  public List<Budget> matching(Dimensions dimensions) {
    var matching = new ArrayList<Budget>();
    for (var shape : shapes) {
      var values = shape.dimensions().stream().map(d -> d.read(dimensions)).toList();
      matching.addAll(shape.byValues().getOrDefault(values, List.of()));
    }
    matching.sort(Comparator.comparing(Budget::id));
    return matching;
  }

  /// All budgets, by id.
  public NavigableMap<String, Budget> budgets() {
    return Collections.unmodifiableNavigableMap(byId);
  }

  /// This policy and one budget more, or in place of the one with its id.
  public Policy with(Budget budget) {
    var all = new TreeMap<>(byId);
    all.put(budget.id(), budget);
    return new Policy(all.values());
  }
}
