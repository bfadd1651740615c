package dev.tollgate.query.outcome;

import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.LedgerSource;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Sum;
import dev.tollgate.query.statement.Template;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Composes the statements that answer an `OutcomeQuestion`. Their texts come from resources, from
/// `LedgerStatement`, `Sum` and from here; every value of a request is a parameter.
final class OutcomeStatement {
  /// What is added up of a cohort.
  static final Set<Sum> ATTRIBUTED =
      EnumSet.of(Sum.COST, Sum.EVENTS, Sum.RETRIES, Sum.ERRORS, Sum.UNPRICED_EVENTS);

  private static final Template COHORT = Template.read("outcome");
  private static final Template COHORT_DAYS = Template.read("outcome_days");

  private static final String START = "{start:DateTime64(3, 'UTC')}";
  private static final String END = "{end:DateTime64(3, 'UTC')}";
  private static final String AS_OF = ".received_time <= {as_of:DateTime64(3, 'UTC')}";

  /* An entry that corrects an event of a closed period counts in the open one. */
  private static final String TIME =
      "if(toUnixTimestamp64Milli(r.origin_time) = 0, r.event_time, r.origin_time)";

  /* Of the earliest event, of several the one with the first id, the latest entry comes first. One
  text: a tuple takes ClickHouse twice as long to compare. */
  private static final String KEY =
      "concat(leftPad(toString(toUnixTimestamp64Milli("
          + TIME
          + ")), 14, '0'), r.event_id, '\\0', leftPad(toString(4294967295 - r.entry_seq), 10, '0'))";

  private final OutcomeQuestion question;
  private final LedgerStatement parts;

  private OutcomeStatement(OutcomeQuestion question) {
    this.question = question;
    this.parts = parts(question, question.scope());
  }

  /// What its statements have in common, with the parameters `reference` or `as_of` where these are
  /// needed. A row of days has the column `day`.
  static LedgerStatement parts(OutcomeQuestion question, Scope scope) {
    if (question.source() == LedgerSource.ROLLUP) {
      var parts = new LedgerStatement(scope, "toUInt32(r.day) * 86400");
      parts.put("reference", question.name());
      return parts;
    }
    var parts = new LedgerStatement(scope);
    question.asOf().ifPresent(time -> parts.put("as_of", time));
    return parts;
  }

  /// What the cohort cost and what came of it: one row per group and currency.
  static Statement cohort(OutcomeQuestion question) {
    return new OutcomeStatement(question).cohort();
  }

  /// On which days the cohort cost something in which currencies: one row per currency and day.
  static Statement days(OutcomeQuestion question) {
    return new OutcomeStatement(question).cohortDays();
  }

  private Statement cohort() {
    parts.put("kind", question.kind());
    var fillings = new HashMap<>(references());
    fillings.put("values", values());
    fillings.put("measures", measures());
    fillings.put("unknown", parts.anyUnknown(Sum.COST.of(question.source())));
    fillings.put("cost", parts.rounded("sum(line.2) + throwIf(max(c.unknown))"));
    fillings.put("labelled", parts.rounded("sumIf(line.2, l.labels > 0 AND c.events > 0)"));
    fillings.put("label", "o." + question.name());
    fillings.put("received", received(question, "o"));
    fillings.put("successes", count("SUCCESS"));
    fillings.put("failures", count("FAILURE"));
    return parts.fill(COHORT, fillings);
  }

  private Statement cohortDays() {
    var fillings = new HashMap<>(references());
    fillings.put("day", parts.day());
    return parts.fill(COHORT_DAYS, fillings);
  }

  /* Where references are, and when they begin. */
  private Map<String, String> references() {
    return switch (question.source()) {
      case ROLLUP ->
          Map.of(
              "table", "ref_cost",
              "ref", "r.ref",
              "key", "toUInt8(0)",
              "first", "min(r.first_time)",
              "last", "max(r.last_time)",
              "began",
                  "r.day >= toDate(%s) AND r.day <= toDate(%s) AND r.first_time < %s"
                      .formatted(START, END, END),
              "filters", "AND r.kind = {reference:String}");
      case EVENTS ->
          Map.of(
              "table", "usage_events",
              "ref", "r." + question.name(),
              "key", "min(" + KEY + ")",
              "first", "min(" + TIME + ")",
              "last", "max(" + TIME + ")",
              "began", "r.event_time >= " + START + " AND " + TIME + " < " + END,
              "filters", parts.filters() + received(question, "r"));
    };
  }

  /* What is added up of a reference is not rounded yet, nor is it known whether it is of the cohort
  and needs rates. */
  private String measures() {
    return ATTRIBUTED.stream()
        .map(sum -> {
          var each = sum.of(question.source());
          var worth = sum.isAmount() ? parts.worthIfKnown(each) : each;
          return "sum(" + worth + ") AS " + sum.column();
        })
        .collect(Collectors.joining(",\n      "));
  }

  /* What is no array while it is sought takes half as long. */
  private String values() {
    var groups = question.groups();
    var values =
        IntStream.range(0, groups.size()).mapToObj(i -> parts.value(groups.get(i), i)).toList();
    return switch (groups.size()) {
      case 0 -> "CAST([], 'Array(String)')";
      case 1 -> "[argMin(" + values.getFirst() + ", " + KEY + ")]";
      default -> "argMin([" + String.join(", ", values) + "], " + KEY + ")";
    };
  }

  /// The condition that leaves out rows of a table that came too late, if there is one.
  static String received(OutcomeQuestion question, String table) {
    return question.asOf().isEmpty() ? "" : "\n      AND " + table + AS_OF;
  }

  private String count(String result) {
    return question.latest()
        ? "toUInt64(argMax(o.result, (o.outcome_time, o.outcome_id)) = '" + result + "')"
        : "countIf(o.result = '" + result + "')";
  }
}
