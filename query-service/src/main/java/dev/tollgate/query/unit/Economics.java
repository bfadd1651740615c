package dev.tollgate.query.unit;

import dev.tollgate.failure.Failure;
import dev.tollgate.query.admit.Limits;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What the units of groups cost and brought.
///
/// @param lines one per group and currency, dearest first
/// @param totals by currency
/// @param units of each group
/// @param whole the units of all groups together
record Economics(
    List<UnitLine> lines,
    Map<String, UnitLine> totals,
    Map<List<String>, Units> units,
    Units whole,
    List<UserLine> users) {
  private static final Comparator<UnitLine> DEAREST_FIRST =
      Comparator.comparing(UnitLine::cost)
          .reversed()
          .thenComparing(line -> line.group().toString())
          .thenComparing(UnitLine::currency);

  Economics {
    lines = List.copyOf(lines);
    totals = new TreeMap<>(totals);
    units = Map.copyOf(units);
    users = List.copyOf(users);
  }

  /// Of lines of which several may be of one group and currency.
  ///
  /// @throws Failure QUERY_TOO_LARGE where they are too many
  static Economics of(
      Collection<UnitLine> parts,
      Map<List<String>, Units> units,
      Units whole,
      List<UserLine> users) {
    var lines = new HashMap<List<Object>, UnitLine>();
    var totals = new TreeMap<String, UnitLine>();
    for (var part : parts) {
      lines.merge(List.of(part.group(), part.currency()), part, UnitLine::plus);
      totals.merge(part.currency(), part.total(), UnitLine::plus);
    }
    Limits.checkRows(lines.size());
    var sorted = lines.values().stream().sorted(DEAREST_FIRST).toList();
    return new Economics(sorted, totals, units, whole, users);
  }

  Units units(UnitLine line) {
    return units.getOrDefault(line.group(), Units.NONE);
  }
}
