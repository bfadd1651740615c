package dev.tollgate.query.search;

import dev.tollgate.query.statement.Sum;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// A part of an answer, with the totals of the whole.
///
/// @param next after which row the answer goes on; empty at its end
record SearchPage(List<FoundEvent> events, List<FoundTotal> totals, Optional<Position> next) {
  SearchPage {
    events = List.copyOf(events);
    totals = List.copyOf(totals);
  }

  /// Reads the part of at most `size` rows after the given one. The totals of an answer that is one
  /// page are the sums of its rows.
  static SearchPage read(
      SearchLedger ledger, SearchQuestion question, Optional<Position> after, int size) {
    var hits = ledger.page(question, after, size + 1);
    var more = hits.size() > size;
    var shown = more ? hits.subList(0, size) : hits;
    var events = ledger.rows(question, shown);
    var whole = after.isEmpty() && !more;
    return new SearchPage(
        events,
        whole ? sums(events) : ledger.totals(question),
        more ? Optional.of(shown.getLast().position()) : Optional.empty());
  }

  private static List<FoundTotal> sums(List<FoundEvent> events) {
    var byCurrency = new TreeMap<String, FoundTotal>();
    for (var event : events) {
      var currency = event.key().currency();
      var one =
          new FoundTotal(
              currency,
              1,
              event.sums().get(Sum.COST),
              event.sums().count(Sum.EVENTS),
              event.sums().count(Sum.UNPRICED_EVENTS));
      byCurrency.merge(currency, one, FoundTotal::plus);
    }
    return List.copyOf(byCurrency.values());
  }
}
