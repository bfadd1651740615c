package dev.tollgate.query.cost;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// A part of an answer, with the totals of the whole. `next` is where the next part begins.
record CostPage(List<CostLine> lines, List<CostLine> totals, boolean more) {
  CostPage {
    lines = List.copyOf(lines);
    totals = List.copyOf(totals);
  }

  /// Reads the part of at most `size` lines after the given one. An answer that is one page needs
  /// one statement: its totals are then the sums of its lines.
  static CostPage read(
      CostLedger ledger, CostQuestion question, Optional<Position> after, int size) {
    var lines = ledger.page(question, after, size + 1);
    var more = lines.size() > size;
    var whole = after.isEmpty() && !more;
    return new CostPage(
        more ? lines.subList(0, size) : lines, whole ? sums(lines) : ledger.totals(question), more);
  }

  /// Where the last line stands; empty at the end of the answer.
  Optional<Position> next() {
    return more ? Optional.of(lines.getLast().position()) : Optional.empty();
  }

  private static List<CostLine> sums(List<CostLine> lines) {
    var byCurrency = new TreeMap<String, CostLine>();
    lines.forEach(line -> byCurrency.merge(line.currency(), line.total(), CostLine::plus));
    return List.copyOf(byCurrency.values());
  }
}
