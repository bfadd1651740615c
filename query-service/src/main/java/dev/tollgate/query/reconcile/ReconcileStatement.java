package dev.tollgate.query.reconcile;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.calendar.Step;
import dev.tollgate.query.calendar.TimeBuckets;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.LedgerSource;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Sum;
import dev.tollgate.query.statement.Template;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Composes the statement that asks what the ledger has of reported days.
final class ReconcileStatement {
  /// What the rows are grouped by besides the day.
  static final List<Dimension> GROUPS =
      Stream.of("provider", "model", "api_key")
          .map(name -> Dimension.of(name).orElseThrow())
          .toList();

  static final List<Sum> SUMS =
      List.of(Sum.COST, Sum.EVENTS, Sum.UNPRICED_EVENTS, Sum.INPUT_TOKENS, Sum.OUTPUT_TOKENS);

  private static final Template ROLLUP = Template.read("cost_rollup");
  private static final Template EVENTS = Template.read("cost_raw");

  private ReconcileStatement() {}

  /// One row per day in UTC, provider, model, API key and currency.
  static Statement ours(Scope scope) {
    var parts = new LedgerStatement(scope);
    var source = source(scope);
    var days = TimeBuckets.of(Step.DAY, ZoneOffset.UTC, scope.start(), scope.end()).orElseThrow();
    return parts.fill(
        source == LedgerSource.ROLLUP ? ROLLUP : EVENTS,
        Map.of(
            "columns",
            parts.bucket(days, source.seconds()) + " AS day,\n  " + parts.groupColumns(GROUPS),
            "measures",
            SUMS.stream()
                .map(sum -> "sum(" + sum.of(source) + ") AS " + sum.column())
                .collect(Collectors.joining(",\n  ")),
            "filters",
            parts.filters(),
            "keys",
            "day, " + LedgerStatement.groupNames(GROUPS),
            "tail",
            ""));
  }

  /// The events where pins need them: days begin with a quarter of an hour.
  static LedgerSource source(Scope scope) {
    return LedgerSource.of(scope, GROUPS, TimeBuckets.NONE);
  }
}
