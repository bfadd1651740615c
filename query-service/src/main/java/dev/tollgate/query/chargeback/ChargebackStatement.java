package dev.tollgate.query.chargeback;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.calendar.TimeBuckets;
import dev.tollgate.query.org.Placed;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.LedgerSource;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Sum;
import dev.tollgate.query.statement.Template;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Composes the statements that say what a month cost.
final class ChargebackStatement {
  /// By which the cost of calls is grouped.
  static final List<Dimension> CALLS =
      List.of(Placed.COST_CENTER, Dimension.of("provider").orElseThrow());

  /// By which cost lines are grouped, beside their category.
  static final List<Dimension> LINES = List.of(Placed.COST_CENTER);

  private static final Template ROLLUP = Template.read("cost_rollup");
  private static final Template EVENTS = Template.read("cost_raw");
  private static final Template PAID = Template.read("unit_lines");

  private ChargebackStatement() {}

  /// One row per cost centre, provider and currency.
  static Statement calls(Scope scope) {
    var source = LedgerSource.of(scope, CALLS, TimeBuckets.NONE);
    var parts = new LedgerStatement(scope, source.seconds());
    var measures =
        Stream.of(Sum.COST, Sum.LIST_COST, Sum.UNPRICED_EVENTS)
            .map(sum -> "sum(" + sum.of(source) + ") AS " + sum.column())
            .collect(Collectors.joining(",\n  "));
    return parts.fill(
        source == LedgerSource.ROLLUP ? ROLLUP : EVENTS,
        Map.of(
            "columns", parts.groupColumns(CALLS),
            "measures", measures,
            "filters", parts.filters(),
            "keys", LedgerStatement.groupNames(CALLS),
            "tail", ""));
  }

  /// One row per cost centre, category and currency.
  static Statement paid(Scope scope) {
    var parts = new LedgerStatement(scope, "toUnixTimestamp(r.start_time)");
    return parts.fill(
        PAID,
        Map.of(
            "columns",
            parts.groupColumns(LINES) + "toString(r.category) AS kind,\n  ",
            "cost",
            "sum(r.part)",
            "filters",
            parts.filters(),
            "keys",
            LedgerStatement.groupNames(LINES) + "kind, ",
            "tail",
            ""));
  }
}
