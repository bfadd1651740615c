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
import java.util.HashMap;
import java.util.List;
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

  /// What is added up of events that name no reference.
  static final Set<Sum> UNATTRIBUTED = EnumSet.of(Sum.COST, Sum.EVENTS, Sum.UNPRICED_EVENTS);

  private static final Template COHORT = Template.read("outcome");
  private static final Template DAYS = Template.read("unattributed");
  private static final Template EVENTS = Template.read("cost_raw");

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

  private OutcomeStatement(OutcomeQuestion question, Scope scope) {
    this.question = question;
    this.parts = new LedgerStatement(scope);
    question.asOf().ifPresent(time -> parts.put("as_of", time));
  }

  /// What the cohort cost and what came of it: one row per group and currency.
  static Statement cohort(OutcomeQuestion question) {
    var statement = new OutcomeStatement(question, question.scope());
    return switch (question.source()) {
      case ROLLUP -> statement.cohortFromRollup();
      case EVENTS -> statement.cohortFromEvents();
    };
  }

  /// What was spent for what names no reference: one row per group and currency.
  static Statement unattributed(OutcomeQuestion question) {
    if (question.source() == LedgerSource.ROLLUP) {
      var statement = new OutcomeStatement(question, question.scope());
      statement.parts.put("reference", question.name());
      return statement.parts.fill(DAYS, Map.of());
    }
    var conditions = new ArrayList<>(question.scope().conditions());
    conditions.add(Condition.in(question.dimension(), List.of("")));
    return new OutcomeStatement(question, question.scope().withConditions(conditions))
        .unattributedFromEvents();
  }

  private Statement cohortFromRollup() {
    parts.put("reference", question.name());
    return cohort(
        Map.of(
            "table", "ref_cost",
            "ref", "r.ref",
            "values", "CAST([], 'Array(String)')",
            "key", "toUInt8(0)",
            "first", "min(r.first_time)",
            "last", "max(r.last_time)",
            "measures",
                ATTRIBUTED.stream()
                    .map(sum -> "sum(r." + inRefs(sum) + ") AS " + sum.column())
                    .collect(Collectors.joining(",\n      ")),
            "began",
                "r.day >= toDate(%s) AND r.day <= toDate(%s) AND r.first_time < %s"
                    .formatted(START, END, END),
            "filters", "AND r.kind = {reference:String}"));
  }

  private Statement cohortFromEvents() {
    return cohort(
        Map.of(
            "table", "usage_events",
            "ref", "r." + question.name(),
            "values", values(),
            "key", "min(" + KEY + ")",
            "first", "min(" + TIME + ")",
            "last", "max(" + TIME + ")",
            "measures", measures(ATTRIBUTED, ",\n      "),
            "began", "r.event_time >= " + START + " AND " + TIME + " < " + END,
            "filters", parts.filters() + received("r")));
  }

  private Statement cohort(Map<String, String> ofReferences) {
    parts.put("kind", question.kind());
    var fillings = new HashMap<>(ofReferences);
    fillings.put("label", "o." + question.name());
    fillings.put("received", received("o"));
    fillings.put("successes", count("SUCCESS"));
    fillings.put("failures", count("FAILURE"));
    return parts.fill(COHORT, fillings);
  }

  private Statement unattributedFromEvents() {
    return parts.fill(
        EVENTS,
        Map.of(
            "columns", parts.groupColumns(question.groups()),
            "measures", measures(UNATTRIBUTED, ",\n  "),
            "keys", LedgerStatement.groupNames(question.groups()),
            "filters", parts.filters() + received("r"),
            "tail", ""));
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

  private String received(String table) {
    return question.asOf().isEmpty() ? "" : "\n      AND " + table + AS_OF;
  }

  private String count(String result) {
    return question.latest()
        ? "toUInt64(argMax(o.result, (o.outcome_time, o.outcome_id)) = '" + result + "')"
        : "countIf(o.result = '" + result + "')";
  }

  private static String measures(Set<Sum> sums, String between) {
    return sums.stream()
        .map(sum -> "sum(" + sum.of(LedgerSource.EVENTS) + ") AS " + sum.column())
        .collect(Collectors.joining(between));
  }

  private static String inRefs(Sum sum) {
    return sum == Sum.COST ? "cost_picos" : sum.column();
  }
}
