package dev.tollgate.query.outcome;

import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.LedgerSource;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Sum;
import dev.tollgate.query.statement.Template;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Composes the statements about what was spent for what names no reference, in the range of an
/// `OutcomeQuestion`: as `OutcomeStatement` does.
final class UnattributedStatement {
  /// What is added up.
  static final Set<Sum> SUMS = EnumSet.of(Sum.COST, Sum.EVENTS, Sum.UNPRICED_EVENTS);

  private static final Template OF_DAYS = Template.read("unattributed");
  private static final Template OF_EVENTS = Template.read("cost_raw");

  private final OutcomeQuestion question;
  private final LedgerStatement parts;

  private UnattributedStatement(OutcomeQuestion question) {
    this.question = question;
    this.parts = OutcomeStatement.parts(question, scope(question));
  }

  private static Scope scope(OutcomeQuestion question) {
    if (question.source() == LedgerSource.ROLLUP) {
      return question.scope();
    }
    var conditions = new ArrayList<>(question.scope().conditions());
    conditions.add(Condition.in(question.dimension(), List.of("")));
    return question.scope().withConditions(conditions);
  }

  /// One row per group and currency.
  static Statement of(OutcomeQuestion question) {
    var statement = new UnattributedStatement(question);
    var columns = statement.parts.groupColumns(question.groups());
    return statement.fill(columns, LedgerStatement.groupNames(question.groups()), "");
  }

  /// On which days there were such costs in which currencies: one row per currency and day.
  static Statement days(OutcomeQuestion question) {
    var statement = new UnattributedStatement(question);
    var cost = question.source() == LedgerSource.ROLLUP ? "r.cost" : "r.cost_picos";
    return statement.fill(
        statement.parts.day() + " AS day,\n  ", "day, ", "HAVING countIf(" + cost + " != 0) > 0");
  }

  private Statement fill(String columns, String keys, String tail) {
    return switch (question.source()) {
      case ROLLUP ->
          parts.fill(
              OF_DAYS,
              Map.of(
                  "columns", columns,
                  "cost", parts.rounded("sum(" + parts.worth("r.cost") + ")"),
                  "keys", keys,
                  "tail", tail));
      case EVENTS ->
          parts.fill(
              OF_EVENTS,
              Map.of(
                  "columns", columns,
                  "measures", measures(),
                  "keys", keys,
                  "filters", parts.filters() + OutcomeStatement.received(question, "r"),
                  "tail", tail));
    };
  }

  private String measures() {
    return SUMS.stream()
        .map(sum -> parts.added(sum, LedgerSource.EVENTS, Optional.empty()) + " AS " + sum.column())
        .collect(Collectors.joining(",\n  "));
  }
}
