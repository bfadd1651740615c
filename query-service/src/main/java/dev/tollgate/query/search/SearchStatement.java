package dev.tollgate.query.search;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.statement.LedgerSource;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Sum;
import dev.tollgate.query.statement.Template;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Composes the statements that answer a `SearchQuestion`. Their texts come from resources, from
/// `LedgerStatement`, `Sum` and from here; every value of a request is a parameter.
final class SearchStatement {
  /// What is added up of a row's entries.
  static final List<Sum> SUMS = List.of(Sum.COST, Sum.LIST_COST, Sum.EVENTS, Sum.UNPRICED_EVENTS);

  private static final Template SEARCH = Template.read("search");
  private static final Template ROWS = Template.read("search_rows");

  private static final String NEWEST = "-e.happened, e.id, e.currency_code";
  private static final String DEAREST = "e.currency_code, -e.cost, -e.happened, e.id";

  private final SearchQuestion question;
  private final LedgerStatement parts;

  private SearchStatement(SearchQuestion question) {
    this.question = question;
    this.parts = new LedgerStatement(question.scope());
  }

  /// Up to `limit` events in the answer's order, those after the given one where there is one.
  static Statement page(SearchQuestion question, Optional<Position> after, int limit) {
    return new SearchStatement(question).page(after, limit);
  }

  /// One row per currency.
  static Statement totals(SearchQuestion question) {
    return new SearchStatement(question).totals();
  }

  /// What the ledger has of events with these ids whose entries count in these hours.
  static Statement rows(SearchQuestion question, List<String> ids, List<Instant> hours) {
    return new SearchStatement(question).rows(ids, hours);
  }

  private Statement page(Optional<Position> after, int limit) {
    parts.put("limit", limit);
    var order = question.dearestFirst() ? DEAREST : NEWEST;
    return search(
        "e.id AS id, e.happened AS happened, e.currency_code AS currency_code, e.cost AS cost,"
            + " e.hours AS hours",
        where(after),
        "ORDER BY " + order + "\nLIMIT {limit:UInt32}");
  }

  private Statement totals() {
    return search(
        "e.currency_code AS currency_code, count() AS found, sum(e.cost) AS cost,"
            + " sum(e.events) AS events, sum(e.unpriced_events) AS unpriced_events",
        where(Optional.empty()),
        "GROUP BY currency_code\nORDER BY currency_code");
  }

  private Statement search(String columns, String where, String tail) {
    return parts.fill(
        SEARCH,
        Map.of(
            "columns",
            columns,
            "events",
            Sum.EVENTS.of(LedgerSource.EVENTS),
            "unpriced",
            Sum.UNPRICED_EVENTS.of(LedgerSource.EVENTS),
            "filters",
            filters(),
            "where",
            where,
            "tail",
            tail));
  }

  private Statement rows(List<String> ids, List<Instant> hours) {
    parts.put("hours", hours);
    var dimensions = new StringBuilder();
    for (var i = 0; i < Dimension.ALL.size(); i++) {
      dimensions
          .append("argMax(")
          .append(parts.value(Dimension.ALL.get(i), i))
          .append(", r.entry_seq) AS ")
          .append(LedgerStatement.group(i))
          .append(",\n  ");
    }
    return parts.fill(
        ROWS,
        Map.of(
            "sums",
                SUMS.stream()
                    .map(sum -> "sum(" + sum.of(LedgerSource.EVENTS) + ") AS " + sum.column())
                    .collect(Collectors.joining(",\n  ")),
            "dimensions", dimensions.toString(),
            "filters", filters(),
            "among",
                parts.isAmong(List.of("r.event_id"), "ids", ids.stream().map(List::of).toList())));
  }

  private String filters() {
    if (question.ends().isEmpty()) {
      return parts.filters();
    }
    parts.put("ends", question.ends());
    return parts.filters() + "\n  AND r.terminal_status IN {ends:Array(String)}";
  }

  private String where(Optional<Position> after) {
    var conditions = new ArrayList<String>();
    if (!question.statuses().isEmpty()) {
      parts.put("statuses", question.statuses());
      conditions.add("e.status IN {statuses:Array(String)}");
    }
    question
        .floor()
        .ifPresent(floor -> {
          parts.put("floor_currency", floor.currency());
          parts.put("floor", floor.picos());
          conditions.add("e.currency_code = {floor_currency:String}");
          conditions.add("e.cost >= {floor:Int128}");
        });
    after.ifPresent(position -> conditions.add(after(position)));
    return conditions.isEmpty() ? "" : "WHERE " + String.join("\n  AND ", conditions);
  }

  private String after(Position after) {
    parts.put("after_id", after.eventId());
    parts.put("after_happened", -after.millis());
    parts.put("after_currency", after.currency());
    if (!question.dearestFirst()) {
      return "("
          + NEWEST
          + ")\n  > ({after_happened:Int64}, {after_id:String}, {after_currency:String})";
    }
    parts.put("after_cost", after.cost().negate());
    return "("
        + DEAREST
        + ")\n  > ({after_currency:String}, {after_cost:Int128}, {after_happened:Int64}, {after_id:String})";
  }
}
