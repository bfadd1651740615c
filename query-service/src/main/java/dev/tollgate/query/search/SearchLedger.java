package dev.tollgate.query.search;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.query.ledger.Ledger;
import dev.tollgate.query.statement.Sums;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds events in the ledger. Blocks; safe for concurrent use.
final class SearchLedger {
  private final Ledger ledger;

  SearchLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  /// Up to `limit` in the answer's order, those after the given one where there is one.
  List<Hit> page(SearchQuestion question, Optional<Position> after, int limit) {
    return ledger.read(
        SearchStatement.page(question, after, limit),
        row -> {
          List<Number> hours = row.list("hours");
          return new Hit(
              new Position(
                  row.text("id"),
                  row.integer("happened"),
                  row.text("currency_code"),
                  row.bigInteger("cost")),
              hours.stream().map(hour -> Instant.ofEpochSecond(hour.longValue())).toList());
        });
  }

  /// One per currency, in the order of their codes.
  List<FoundTotal> totals(SearchQuestion question) {
    return ledger.read(
        SearchStatement.totals(question),
        row ->
            new FoundTotal(
                row.text("currency_code"),
                row.integer("found"),
                row.bigInteger("cost"),
                row.integer("events"),
                row.integer("unpriced_events")));
  }

  /// All that there is of the events that were found, in their order.
  List<FoundEvent> rows(SearchQuestion question, List<Hit> hits) {
    if (hits.isEmpty()) {
      return List.of();
    }
    var ids = hits.stream().map(hit -> hit.position().eventId()).distinct().toList();
    var hours = hits.stream().flatMap(hit -> hit.hours().stream()).distinct().sorted().toList();
    Map<Hit.Key, FoundEvent> found = new HashMap<>();
    ledger
        .read(SearchStatement.rows(question, ids, hours), SearchLedger::event)
        .forEach(event -> found.put(event.key(), event));
    return hits.stream()
        .flatMap(hit -> Optional.ofNullable(found.get(hit.key())).stream())
        .toList();
  }

  private static FoundEvent event(Row row) {
    var key = new Hit.Key(row.text("id"), row.integer("happened"), row.text("currency_code"));
    var sums = Sums.read(row, "", SearchStatement.SUMS);
    return new FoundEvent(key, sums, SearchRow.read(row, key, sums));
  }
}
