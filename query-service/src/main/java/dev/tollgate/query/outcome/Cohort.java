package dev.tollgate.query.outcome;

import dev.tollgate.failure.Failure;
import dev.tollgate.query.admit.Limits;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What began in a range: what it cost, and what came of it.
///
/// @param lines one per group and currency, dearest first, each with the labels of its whole group
/// @param totals one per currency, each with the labels of the whole
/// @param last when its latest event was
record Cohort(List<OutcomeLine> lines, List<OutcomeLine> totals, Optional<Instant> last) {
  private static final Comparator<OutcomeLine> DEAREST_FIRST =
      Comparator.comparing(OutcomeLine::totalCost)
          .reversed()
          .thenComparing(line -> line.group().toString())
          .thenComparing(OutcomeLine::currency);

  Cohort {
    lines = List.copyOf(lines);
    totals = List.copyOf(totals);
  }

  /// Of lines of which several may be of one group and currency, and which say together what the
  /// labels of a group are.
  ///
  /// @throws Failure QUERY_TOO_LARGE where they are too many
  static Cohort of(Collection<OutcomeLine> parts) {
    var byGroup = new HashMap<List<String>, Labels>();
    var lines = new HashMap<List<Object>, OutcomeLine>();
    var totals = new TreeMap<String, OutcomeLine>();
    for (var part : parts) {
      byGroup.merge(part.group(), part.labels(), Labels::plus);
      lines.merge(List.of(part.group(), part.currency()), part, OutcomeLine::plus);
      totals.merge(part.currency(), part.total(), OutcomeLine::plus);
    }
    lines.values().removeIf(OutcomeLine::isNothing);
    Limits.checkRows(lines.size());
    totals.keySet().retainAll(lines.values().stream().map(OutcomeLine::currency).toList());
    var labels = byGroup.values().stream().reduce(Labels.NONE, Labels::plus);
    return new Cohort(
        lines.values().stream()
            .map(line -> line.with(labels(byGroup, line)))
            .sorted(DEAREST_FIRST)
            .toList(),
        totals.values().stream().map(line -> line.with(labels)).toList(),
        parts.stream().flatMap(part -> part.last().stream()).max(Comparator.naturalOrder()));
  }

  private static Labels labels(Map<List<String>, Labels> byGroup, OutcomeLine line) {
    return byGroup.getOrDefault(line.group(), Labels.NONE);
  }
}
