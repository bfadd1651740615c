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

  private static final Template PAGE = Template.read("search_page");
  private static final Template TOTALS = Template.read("search_totals");
  private static final Template ROWS = Template.read("search_rows");

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
    var order = question.dearestFirst() ? "currency_code, -cost, -happened, id" : newest();
    return parts.fill(
        PAGE,
        Map.of(
            "filters", filters(),
            "having", having("currency_code", "cost", after),
            "order", "ORDER BY " + order + "\nLIMIT {limit:UInt32}"));
  }

  private static String newest() {
    return "-happened, id, currency_code";
  }

  private Statement totals() {
    var sums =
        List.of(
            "sum(" + Sum.EVENTS.of(LedgerSource.EVENTS) + ") AS event_count",
            "sum(" + Sum.UNPRICED_EVENTS.of(LedgerSource.EVENTS) + ") AS event_unpriced");
    return parts.fill(
        TOTALS,
        Map.of(
            "sums", String.join(",\n    ", sums),
            "filters", filters(),
            "having", having("event_currency", "event_cost", Optional.empty())));
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
            "among", parts.isAmong("[r.event_id]", "ids", ids.stream().map(List::of).toList())));
  }

  private String filters() {
    if (question.ends().isEmpty()) {
      return parts.filters();
    }
    parts.put("ends", question.ends());
    return parts.filters() + "\n  AND r.terminal_status IN {ends:Array(String)}";
  }

  private String having(String currency, String cost, Optional<Position> after) {
    var conditions = new ArrayList<String>();
    if (!question.statuses().isEmpty()) {
      parts.put("statuses", question.statuses());
      conditions.add("argMax(toString(r.charge_status), r.entry_seq) IN {statuses:Array(String)}");
    }
    question
        .floor()
        .ifPresent(floor -> {
          parts.put("floor_currency", floor.currency());
          parts.put("floor", floor.picos());
          conditions.add(currency + " = {floor_currency:String}");
          conditions.add(cost + " >= {floor:Int128}");
        });
    after.ifPresent(position -> conditions.add(after(position)));
    return conditions.isEmpty() ? "" : "HAVING " + String.join("\n  AND ", conditions);
  }

  private String after(Position after) {
    parts.put("after_id", after.eventId());
    parts.put("after_happened", -after.millis());
    parts.put("after_currency", after.currency());
    if (!question.dearestFirst()) {
      return "("
          + newest()
          + ")\n  > ({after_happened:Int64}, {after_id:String}, {after_currency:String})";
    }
    parts.put("after_cost", after.cost().negate());
    return "(currency_code, -cost, -happened, id)\n  > ({after_currency:String},"
        + " {after_cost:Int128}, {after_happened:Int64}, {after_id:String})";
  }
}
