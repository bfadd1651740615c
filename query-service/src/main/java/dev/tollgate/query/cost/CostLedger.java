package dev.tollgate.query.cost;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.proto.query.v1.Measure;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Sums;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// What the ledger says about cost. Blocks; safe for concurrent use.
final class CostLedger {
  private final Ledger ledger;

  CostLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  /// Up to `limit` lines in the answer's order, those after the given one where there is one.
  ///
  /// @param own the groups that have lines of their own, where not all have
  List<CostLine> page(
      CostQuestion question,
      Optional<List<List<String>>> own,
      Optional<Position> after,
      int limit) {
    return ledger.read(
        CostStatement.page(question, own, after, limit),
        row ->
            line(
                question,
                row,
                row.integer("bucket"),
                own.isPresent() && row.flag("other"),
                group(question, row)));
  }

  /// One line per currency, in the order of their codes.
  List<CostLine> totals(CostQuestion question) {
    return ledger.read(
        CostStatement.totals(question), row -> line(question, row, 0, false, List.of()));
  }

  /// What has no value of the dimensions.
  List<Missing> missing(CostQuestion question) {
    var places = IntStream.range(0, question.groups().size()).boxed().toList();
    if (places.isEmpty()) {
      return List.of();
    }
    return ledger
        .read(
            CostStatement.missing(question.now()),
            row ->
                places.stream()
                    .map(place ->
                        new Missing(
                            place,
                            row.text("currency"),
                            row.bigInteger("missing_cost_" + place),
                            row.integer("missing_events_" + place)))
                    .toList())
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  /// The groups that are among the dearest of some currency.
  List<List<String>> top(CostQuestion question) {
    var top = question.now();
    return ledger.read(CostStatement.top(top), row -> group(top, row)).stream().distinct().toList();
  }

  /// How long the calls of lines took, by their keys.
  Map<List<String>, Latency> latencies(
      CostQuestion question, Optional<List<List<String>>> own, List<List<String>> keys) {
    var latencies = new HashMap<List<String>, Latency>();
    ledger
        .read(
            LatencyStatement.of(question, own, keys),
            row ->
                Map.entry(
                    LatencyStatement.key(
                        row.integer("bucket"), row.flag("other"), group(question, row)),
                    Latency.read(row)))
        .forEach(each -> latencies.put(each.getKey(), each.getValue()));
    return latencies;
  }

  private static CostLine line(
      CostQuestion question, Row row, long bucket, boolean other, List<String> group) {
    var earlier =
        question.earlier().isPresent()
            ? Sums.read(row, CostStatement.EARLIER, CostQuestion.ALWAYS)
            : Sums.ZERO;
    Map<String, Long> usage = new HashMap<>();
    if (question.asks(Measure.MEASURE_USAGE)) {
      usage.putAll(row.<Long>map("used"));
      usage.values().removeIf(quantity -> quantity == 0);
    }
    return new CostLine(
        bucket,
        other,
        group,
        row.text("currency"),
        Sums.read(row, "", question.sums()),
        earlier,
        usage);
  }

  private static List<String> group(CostQuestion question, Row row) {
    return LedgerStatement.group(row, question.groups());
  }
}
