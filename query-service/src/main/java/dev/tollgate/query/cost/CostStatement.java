package dev.tollgate.query.cost;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.query.v1.Source;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Template;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Composes the statements that answer a `CostQuestion`. Their texts come from resources, from
/// `Columns` and from here; every value of a request is a parameter.
final class CostStatement {
  private static final Template ROLLUP = Template.read("cost_rollup");
  private static final Template RAW = Template.read("cost_raw");

  private final CostQuestion question;
  private final Map<String, Object> parameters = new HashMap<>();

  private CostStatement(CostQuestion question) {
    this.question = question;
  }

  /// Where the answer is read.
  static Source source(CostQuestion question) {
    return question.fitsRollup() ? Source.SOURCE_ROLLUP : Source.SOURCE_RAW;
  }

  /// Up to `limit` lines, those after the given one where there is one.
  static Statement page(CostQuestion question, Optional<Position> after, int limit) {
    return new CostStatement(question).page(after, limit);
  }

  /// One line per currency.
  static Statement totals(CostQuestion question) {
    return new CostStatement(question).fill("", "", "ORDER BY currency");
  }

  private Statement page(Optional<Position> after, int limit) {
    var columns = new StringBuilder(bucket()).append(" AS bucket,\n");
    for (var i = 0; i < question.groups().size(); i++) {
      columns
          .append("  toString(")
          .append(column(question.groups().get(i), "group_key_" + i))
          .append(") AS ")
          .append(group(i))
          .append(",\n");
    }
    var keys = "bucket, " + groupNames();
    parameters.put("limit", limit);
    var tail =
        after.map(this::having).orElse("")
            + "ORDER BY bucket, cost DESC, "
            + groupNames()
            + "currency\nLIMIT {limit:UInt32}";
    return fill(columns.toString(), keys, tail);
  }

  /* A bucket is named by its beginning: the largest that is not above the row's time. */
  private String bucket() {
    if (!question.bucketed()) {
      return "toUInt32(0)";
    }
    var starts = question.buckets().starts().stream().map(Instant::getEpochSecond).toList();
    parameters.put("starts", starts);
    return "roundDown(toUInt32(" + time() + "), {starts:Array(UInt32)})";
  }

  private String time() {
    return question.fitsRollup() ? "r.slot" : "toUnixTimestamp(r.event_time)";
  }

  private String having(Position after) {
    parameters.put("after_bucket", after.bucket());
    parameters.put("after_cost", after.cost().negate());
    parameters.put("after_currency", after.currency());
    var bound = new StringBuilder();
    for (var i = 0; i < after.group().size(); i++) {
      parameters.put("after_" + group(i), after.group().get(i));
      bound.append("{after_").append(group(i)).append(":String}, ");
    }
    return "HAVING (bucket, -cost, "
        + groupNames()
        + "toString(currency))\n  > ({after_bucket:UInt32}, {after_cost:Int128}, "
        + bound
        + "{after_currency:String})\n";
  }

  private String filters() {
    var filters = new StringBuilder();
    for (var i = 0; i < question.conditions().size(); i++) {
      var condition = question.conditions().get(i);
      var values = "filter_" + i;
      parameters.put(values, condition.values());
      filters
          .append(i == 0 ? "AND " : "\n  AND ")
          .append(column(condition.dimension(), "filter_key_" + i))
          .append(" IN {")
          .append(values)
          .append(":Array(String)}");
    }
    return filters.toString();
  }

  private String column(Dimension dimension, String keyParameter) {
    if (dimension.isTag()) {
      parameters.put(keyParameter, dimension.name().substring(Dimension.TAG_PREFIX.length()));
    }
    return Columns.expression(dimension, keyParameter);
  }

  private Statement fill(String columns, String keys, String tail) {
    parameters.put("tenant", question.tenant());
    parameters.put("start", question.start());
    parameters.put("end", question.end());
    var template = question.fitsRollup() ? ROLLUP : RAW;
    var sql =
        template.fill(Map.of("columns", columns, "keys", keys, "filters", filters(), "tail", tail));
    return new Statement(sql, parameters);
  }

  /* Each followed by a comma, since the currency always comes after them. */
  private String groupNames() {
    return groups(question).stream().map(name -> name + ", ").collect(Collectors.joining());
  }

  /// The column of the answer that holds the values of the group of that number.
  static String group(int number) {
    return "group_" + number;
  }

  /// As `group`, for all of a question's.
  static List<String> groups(CostQuestion question) {
    return IntStream.range(0, question.groups().size()).mapToObj(CostStatement::group).toList();
  }
}
