package dev.tollgate.query.cost;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.query.statement.Sum;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A part of an answer, with the totals of the whole.
///
/// @param missing of the whole
/// @param latencies of lines, by their keys
/// @param more whether there are lines after these
record CostPage(
    List<CostLine> lines,
    List<CostLine> totals,
    List<Missing> missing,
    Map<List<String>, Latency> latencies,
    Latency latency,
    boolean more) {
  CostPage {
    lines = List.copyOf(lines);
    totals = List.copyOf(totals);
    missing = List.copyOf(missing);
    latencies = Map.copyOf(latencies);
  }

  /// Reads the part of at most `size` lines after the given one. An answer that is one page needs
  /// one statement: its totals are then the sums of its lines.
  ///
  /// @throws Failure QUERY_TOO_LARGE where an answer that has no pages is more than one
  static CostPage read(
      CostLedger ledger, CostQuestion question, Optional<Position> after, int size) {
    var own =
        question.top() > 0
            ? Optional.of(ledger.top(question))
            : Optional.<List<List<String>>>empty();
    var lines = ledger.page(question, own, after, size + 1);
    var more = lines.size() > size;
    if (more && own.isPresent()) {
      throw Failure.of(
          Reason.QUERY_TOO_LARGE,
          "More than "
              + size
              + " rows: take a smaller top, longer time buckets or a larger page_size");
    }
    var shown = more ? lines.subList(0, size) : lines;
    var whole = after.isEmpty() && !more;
    var totals = whole ? sums(lines) : ledger.totals(question);
    var missing = whole && own.isEmpty() ? missing(question, lines) : ledger.missing(question);
    if (!question.asksForTimes() || shown.isEmpty()) {
      return new CostPage(shown, totals, missing, Map.of(), Latency.NONE, more);
    }
    var keys = shown.stream().map(CostPage::key).distinct().toList();
    var total = key(totals.getFirst().total());
    return new CostPage(
        shown,
        totals,
        missing,
        ledger.latencies(question, own, keys),
        ledger
            .latencies(question.whole(), Optional.empty(), List.of(total))
            .getOrDefault(total, Latency.NONE),
        more);
  }

  /// How long the calls of the line took.
  Latency latency(CostLine line) {
    return latencies.getOrDefault(key(line), Latency.NONE);
  }

  /// Where the last line stands; empty at the end of the answer.
  Optional<Position> next() {
    return more ? Optional.of(lines.getLast().position()) : Optional.empty();
  }

  private static List<String> key(CostLine line) {
    return LatencyStatement.key(line.bucket(), line.other(), line.group());
  }

  private static List<Missing> missing(CostQuestion question, List<CostLine> lines) {
    var missing = new ArrayList<Missing>();
    for (var i = 0; i < question.groups().size(); i++) {
      for (var line : lines) {
        if (line.group().get(i).isEmpty()) {
          var sums = line.sums();
          missing.add(new Missing(i, line.currency(), sums.get(Sum.COST), sums.count(Sum.EVENTS)));
        }
      }
    }
    return missing;
  }

  /// What has no value of the dimension in that place.
  Missing missing(int group, String currency) {
    return missing.stream()
        .filter(each -> each.group() == group && each.currency().equals(currency))
        .reduce(new Missing(group, currency, BigInteger.ZERO, 0), Missing::plus);
  }

  private static List<CostLine> sums(List<CostLine> lines) {
    var byCurrency = new TreeMap<String, CostLine>();
    lines.forEach(line -> byCurrency.merge(line.currency(), line.total(), CostLine::plus));
    return List.copyOf(byCurrency.values());
  }
}
