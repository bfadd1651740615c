package dev.tollgate.query.unit;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.calendar.TimeBuckets;
import dev.tollgate.query.convert.CurrencyDayStatement;
import dev.tollgate.query.statement.LedgerSource;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Sum;
import dev.tollgate.query.statement.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Composes the statements that answer a `UnitQuestion`: their texts come from resources, from
/// `LedgerStatement` and `Sum`, and every value of a request is a parameter.
final class UnitStatement {
  private static final Template ROLLUP = Template.read("cost_rollup");
  private static final Template EVENTS = Template.read("cost_raw");
  private static final Template LINES = Template.read("unit_lines");
  private static final Template REVENUE = Template.read("unit_revenue");
  private static final Template LABELS = Template.read("roi_labels");
  private static final Template UNITS = Template.read("units");
  private static final Template USERS = Template.read("unit_users");
  private static final Dimension USER = Dimension.of("user").orElseThrow();
  private static final String LINE_SECONDS = "toUnixTimestamp(r.start_time)";
  private static final String LINE_AMOUNT = "r.part";
  private static final String OUTCOME_SECONDS = "toUnixTimestamp(r.outcome_time)";
  private static final String OUTCOME_AMOUNT = "toInt128(r.value_picos)";

  private UnitStatement() {}

  /// What calls cost, from the rollup where that has all that is needed: one row per group and
  /// currency.
  static Statement calls(UnitQuestion question) {
    var source = LedgerSource.of(question.scope(), question.groups(), TimeBuckets.NONE);
    var parts = new LedgerStatement(question.scope(), source.seconds());
    var measures =
        Stream.of(Sum.COST, Sum.UNPRICED_EVENTS)
            .map(sum -> parts.added(sum, source, Optional.empty()) + " AS " + sum.column())
            .collect(Collectors.joining(",\n  "));
    return parts.fill(
        source == LedgerSource.ROLLUP ? ROLLUP : EVENTS,
        Map.of(
            "columns", parts.groupColumns(question.groups()),
            "measures", measures,
            "filters", parts.filters(),
            "keys", LedgerStatement.groupNames(question.groups()),
            "tail", ""));
  }

  /// What is paid besides calls: one row per group and currency.
  static Statement lines(UnitQuestion question) {
    var parts = new LedgerStatement(question.scope(), LINE_SECONDS);
    return grouped(LINES, question, parts, LINE_AMOUNT);
  }

  /// What outcomes of some kinds were worth: one row per group and currency.
  static Statement revenue(UnitQuestion question, List<String> kinds) {
    var parts = new LedgerStatement(question.scope(), OUTCOME_SECONDS);
    parts.put("kinds", kinds);
    return grouped(REVENUE, question, parts, OUTCOME_AMOUNT);
  }

  /// On which days there is what in which currencies, of calls and of all else that the question
  /// adds up: each a row per currency and day.
  ///
  /// @param kinds of outcomes with a value, if any
  static List<Statement> days(UnitQuestion question, List<String> kinds) {
    var days = new ArrayList<Statement>();
    days.add(CurrencyDayStatement.of(question.scope()));
    if (question.full()) {
      days.add(days(LINES, new LedgerStatement(question.scope(), LINE_SECONDS), LINE_AMOUNT));
    }
    if (!kinds.isEmpty()) {
      var parts = new LedgerStatement(question.scope(), OUTCOME_SECONDS);
      parts.put("kinds", kinds);
      days.add(days(REVENUE, parts, OUTCOME_AMOUNT));
    }
    return days;
  }

  private static Statement days(Template template, LedgerStatement parts, String amount) {
    return parts.fill(
        template,
        Map.of(
            "columns", parts.day() + " AS day,\n  ",
            "cost", "sum(" + amount + ")",
            "filters", parts.filters(),
            "keys", "day, ",
            "tail", "HAVING countIf(" + amount + " != 0) > 0"));
  }

  private static Statement grouped(
      Template template, UnitQuestion question, LedgerStatement parts, String amount) {
    return parts.fill(
        template,
        Map.of(
            "columns", parts.groupColumns(question.groups()),
            "cost", parts.rounded("sum(" + parts.worth(amount) + ")"),
            "filters", parts.filters(),
            "keys", LedgerStatement.groupNames(question.groups()),
            "tail", ""));
  }

  /// How many outcomes of some kinds there are: one row per group.
  static Statement labels(UnitQuestion question, List<String> kinds) {
    var parts = new LedgerStatement(question.scope(), OUTCOME_SECONDS);
    parts.put("kinds", kinds);
    return parts.fill(
        LABELS,
        Map.of(
            "columns", parts.groupColumns(question.groups()),
            "filters", parts.filters(),
            "keys", LedgerStatement.groupNames(question.groups())));
  }

  /// How many units there are: one row per group, and one of all groups together; just that one
  /// where there are no groups.
  static Statement units(UnitQuestion question) {
    var parts = new LedgerStatement(question.scope());
    var keys = LedgerStatement.groupNames(question.groups());
    return parts.fill(
        UNITS,
        Map.of(
            "columns",
            parts.groupColumns(question.groups()),
            "keys",
            keys,
            "whole",
            keys.isEmpty() ? "1" : "grouping(" + LedgerStatement.group(0) + ")",
            "filters",
            parts.filters(),
            "sets",
            keys.isEmpty() ? "(tenant_id)" : "(" + keys + "tenant_id), (tenant_id)"));
  }

  /// What the dearest users cost: one row per currency.
  static Statement users(UnitQuestion question) {
    var source = LedgerSource.of(question.scope(), List.of(USER), TimeBuckets.NONE);
    var parts = new LedgerStatement(question.scope(), source.seconds());
    return parts.fill(
        USERS,
        Map.of(
            "table", source.table(),
            "range", source.range(),
            "worth", parts.worth(Sum.COST.of(source)),
            "cost", parts.rounded("t.cost"),
            "dearest", parts.rounded("t.top_cost"),
            "filters", parts.filters()));
  }
}
