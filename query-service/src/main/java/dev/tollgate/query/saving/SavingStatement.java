package dev.tollgate.query.saving;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.calendar.TimeBuckets;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.LedgerSource;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Sum;
import dev.tollgate.query.statement.Template;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Composes the statements that savings are found by: their texts come from resources and from
/// `LedgerStatement`, and every value of a request is a parameter.
final class SavingStatement {
  private static final Template MODELS = Template.read("saving_models");
  private static final Template CALLS = Template.read("saving_calls");

  /// What is added up of what was spent.
  static final Set<Sum> SPENT = EnumSet.of(Sum.COST, Sum.EVENTS, Sum.UNPRICED_EVENTS);

  private static final Template ROLLUP = Template.read("cost_rollup");
  private static final List<Dimension> FEATURE = List.of(Dimension.of("feature").orElseThrow());

  private SavingStatement() {}

  /// What calls of features cost: one row per time between two cuts, feature and currency.
  ///
  /// @param cuts with the start of the scope; each at the beginning of a quarter of an hour
  static Statement spent(Scope scope, Set<String> features, SortedSet<Instant> cuts) {
    var narrow =
        scope.withConditions(
            List.of(Condition.in(FEATURE.getFirst(), List.copyOf(new TreeSet<>(features)))));
    var parts = new LedgerStatement(narrow, LedgerSource.ROLLUP.seconds());
    var bucket = parts.bucket(new TimeBuckets(List.copyOf(cuts)), LedgerSource.ROLLUP.seconds());
    var measures =
        SPENT.stream()
            .map(sum -> "sum(" + sum.of(LedgerSource.ROLLUP) + ") AS " + sum.column())
            .collect(Collectors.joining(",\n  "));
    return parts.fill(
        ROLLUP,
        Map.of(
            "columns",
            bucket + " AS bucket,\n  " + parts.groupColumns(FEATURE),
            "measures",
            measures,
            "filters",
            parts.filters(),
            "keys",
            "bucket, " + LedgerStatement.groupNames(FEATURE),
            "tail",
            ""));
  }

  static Statement models(Scope scope) {
    return of(MODELS, scope);
  }

  /// One row per call, in their order.
  static Statement calls(Scope scope) {
    return of(CALLS, scope);
  }

  private static Statement of(Template template, Scope scope) {
    var parts = new LedgerStatement(scope);
    return parts.fill(template, Map.of("filters", parts.filters()));
  }
}
