package dev.tollgate.query.focus;

import dev.tollgate.query.statement.LedgerSource;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Sum;
import dev.tollgate.query.statement.Template;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Composes the statements that answer a `FocusQuestion`.
final class FocusStatement {
  /// What is added up of calls.
  static final List<Sum> SUMS =
      List.of(
          Sum.COST,
          Sum.LIST_COST,
          Sum.EVENTS,
          Sum.UNPRICED_EVENTS,
          Sum.INPUT_TOKENS,
          Sum.CACHE_READ_TOKENS,
          Sum.CACHE_WRITE_TOKENS,
          Sum.OUTPUT_TOKENS,
          Sum.REASONING_TOKENS);

  private static final Template USAGE = Template.read("focus_usage");
  private static final Template LINES = Template.read("focus_lines");

  private FocusStatement() {}

  /// Up to `limit` charges of calls, those after the given one where there is one.
  static Statement usage(FocusQuestion question, Optional<Position> after, int limit) {
    var parts = new LedgerStatement(since(question, after).scope());
    parts.put("limit", limit);
    return parts.fill(
        USAGE,
        Map.of(
            "columns", parts.groupColumns(question.groups()),
            "keys", LedgerStatement.groupNames(question.groups()),
            "measures",
                SUMS.stream()
                    .map(sum -> "sum(" + sum.of(LedgerSource.EVENTS) + ") AS " + sum.column())
                    .collect(Collectors.joining(",\n  ")),
            "filters", parts.filters(),
            "after", after(parts, after)));
  }

  /// Up to `limit` other costs, those after the given one where there is one.
  static Statement lines(FocusQuestion question, Optional<Position> after, int limit) {
    var parts = new LedgerStatement(since(question, after).scope());
    parts.put("limit", limit);
    return parts.fill(
        LINES,
        Map.of(
            "columns", parts.groupColumns(question.groups()),
            "filters", parts.filters(),
            "after", after(parts, after)));
  }

  /* Days before the page are not read again. */
  private static FocusQuestion since(FocusQuestion question, Optional<Position> after) {
    return after.map(position -> question.from(position.day())).orElse(question);
  }

  private static String after(LedgerStatement parts, Optional<Position> after) {
    if (after.isEmpty()) {
      return "";
    }
    parts.put("after_day", after.get().day().getEpochSecond());
    parts.put("after_key", after.get().key());
    return "AND (day, key) > ({after_day:UInt32}, {after_key:String})";
  }
}
