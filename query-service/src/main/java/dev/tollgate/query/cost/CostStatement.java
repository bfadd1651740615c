package dev.tollgate.query.cost;

import dev.tollgate.proto.query.v1.Measure;
import dev.tollgate.query.statement.LedgerSource;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Sum;
import dev.tollgate.query.statement.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Composes the statements that answer a `CostQuestion`. Their texts come from resources, from
/// `LedgerStatement`, `Sum` and from here; every value of a request is a parameter.
final class CostStatement {
  /// What the columns of the time compared with begin with.
  static final String EARLIER = "earlier_";

  private static final Template ROLLUP = Template.read("cost_rollup");
  private static final Template RAW = Template.read("cost_raw");
  private static final Template OF_LINES = Template.read("cost_of_lines");
  private static final String USAGE =
      "mapApply((name, quantity) -> (name, quantity * r.sign), r.usage)";

  private final CostQuestion question;
  private final LedgerSource source;
  private final LedgerStatement parts;

  private CostStatement(CostQuestion question) {
    this.question = question;
    this.source = question.source();
    this.parts = new LedgerStatement(question.scope(), source.seconds());
  }

  /// Up to `limit` lines, those after the given one where there is one.
  ///
  /// @param own the groups that have lines of their own, where not all have
  static Statement page(
      CostQuestion question,
      Optional<List<List<String>>> own,
      Optional<Position> after,
      int limit) {
    return new CostStatement(question).page(own, after, limit);
  }

  /// One line per currency.
  static Statement totals(CostQuestion question) {
    return new CostStatement(question).totals();
  }

  /// What has no value of each dimension that is grouped by: one line per currency. There must be
  /// one such dimension at least.
  static Statement missing(CostQuestion question) {
    return new CostStatement(question).missing();
  }

  /// The dearest groups of each currency, over the range that is asked for.
  static Statement top(CostQuestion question) {
    return new CostStatement(question).top();
  }

  private Statement page(Optional<List<List<String>>> own, Optional<Position> after, int limit) {
    var columns =
        bucket()
            + own.map(groups -> parts.ownGroupColumns(question.groups(), groups))
                .orElseGet(() -> parts.groupColumns(question.groups()));
    var names = LedgerStatement.groupNames(question.groups());
    var keys = own.isPresent() ? "bucket, other, " : "bucket, ";
    parts.put("limit", limit);
    var tail =
        after.map(this::having).orElse("")
            + "ORDER BY "
            + keys
            + "cost DESC, "
            + names
            + "currency\nLIMIT {limit:UInt32}";
    return fill(columns, keys + names, tail);
  }

  private Statement totals() {
    if (!parts.isConverted()) {
      return fill("", "", "ORDER BY currency");
    }
    var measures = new ArrayList<String>();
    for (var column : columns()) {
      measures.add("sum(l." + column + ") AS " + column);
    }
    if (question.asks(Measure.MEASURE_USAGE)) {
      measures.add("sumMap(l.used) AS used");
    }
    return ofLines(measures);
  }

  private Statement missing() {
    var measures = new ArrayList<String>();
    for (var i = 0; i < question.groups().size(); i++) {
      for (var sum : List.of(Sum.COST, Sum.EVENTS)) {
        measures.add(missing(sum, i) + " AS missing_" + sum.column() + "_" + i);
      }
    }
    return parts.isConverted()
        ? ofLines(measures)
        : fill("", String.join(",\n  ", measures), "", "ORDER BY currency");
  }

  private String missing(Sum sum, int group) {
    return parts.isConverted()
        ? "sumIf(l." + sum.column() + ", l." + LedgerStatement.group(group) + " = '')"
        : added(sum, Optional.of(parts.value(question.groups().get(group), group) + " = ''"));
  }

  /* Amounts of lines are rounded, so that what all of them come to is what they say. */
  private Statement ofLines(List<String> measures) {
    var columns = bucket() + parts.groupColumns(question.groups());
    var keys = "bucket, " + LedgerStatement.groupNames(question.groups());
    var lines = parts.text(template(), fillings(columns, measures(), keys, ""));
    return parts.fill(OF_LINES, Map.of("lines", lines, "measures", String.join(",\n  ", measures)));
  }

  private String bucket() {
    return parts.bucket(question.buckets(), question.earlier(), source) + " AS bucket,\n  ";
  }

  private Statement top() {
    var names = LedgerStatement.groupNames(question.groups());
    parts.put("top", question.top());
    return fill(
        parts.groupColumns(question.groups()),
        names,
        "ORDER BY currency, cost DESC, " + names + "events\nLIMIT {top:UInt32} BY currency");
  }

  private String having(Position after) {
    parts.put("after_bucket", after.bucket());
    parts.put("after_cost", after.cost().negate());
    parts.put("after_currency", after.currency());
    var bound = new StringBuilder();
    for (var i = 0; i < after.group().size(); i++) {
      var name = "after_" + LedgerStatement.group(i);
      parts.put(name, after.group().get(i));
      bound.append("{").append(name).append(":String}, ");
    }
    return "HAVING (bucket, -cost, "
        + LedgerStatement.groupNames(question.groups())
        + "toString(currency))\n  > ({after_bucket:UInt32}, {after_cost:Int128}, "
        + bound
        + "{after_currency:String})\n";
  }

  private Statement fill(String columns, String keys, String tail) {
    return fill(columns, measures(), keys, tail);
  }

  private Statement fill(String columns, String measures, String keys, String tail) {
    return parts.fill(template(), fillings(columns, measures, keys, tail));
  }

  private Template template() {
    return switch (source) {
      case ROLLUP -> ROLLUP;
      case EVENTS -> RAW;
    };
  }

  private Map<String, String> fillings(String columns, String measures, String keys, String tail) {
    var compared = question.earlier().map(each -> parts.since(each, source)).orElse("");
    return Map.of(
        "columns", columns,
        "measures", measures,
        "keys", keys,
        "filters", parts.filters() + compared,
        "tail", tail);
  }

  /* Where there is a time compared with, the range asked for is a part of what is read. */
  private String measures() {
    var now = question.earlier().map(each -> LedgerStatement.isNow(source));
    var measures = new ArrayList<String>();
    for (var sum : question.sums()) {
      measures.add(added(sum, now) + " AS " + sum.column());
    }
    if (now.isPresent()) {
      var before = now.map(each -> "NOT (" + each + ")");
      for (var sum : CostQuestion.ALWAYS) {
        measures.add(added(sum, before) + " AS " + EARLIER + sum.column());
      }
    }
    if (question.asks(Measure.MEASURE_USAGE)) {
      measures.add(
          now.map(each -> "sumMapIf(" + USAGE + ", " + each + ")").orElse("sumMap(" + USAGE + ")")
              + " AS used");
    }
    return String.join(",\n  ", measures);
  }

  /* The names of the sums. */
  private List<String> columns() {
    var columns = new ArrayList<>(question.sums().stream().map(Sum::column).toList());
    if (question.earlier().isPresent()) {
      CostQuestion.ALWAYS.forEach(sum -> columns.add(EARLIER + sum.column()));
    }
    return columns;
  }

  private String added(Sum sum, Optional<String> when) {
    return parts.added(sum, source, when);
  }
}
