package dev.tollgate.query.statement;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.calendar.TimeBuckets;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What statements over the ledger's tables have in common: the columns of groups and time buckets
/// and the conditions of a scope, as text, and the parameters that these need. The table that they
/// are of has the alias `r`. For one statement; not safe for concurrent use.
///
/// Nothing of a request becomes text: columns are literals of `Columns`, values are parameters.
public final class LedgerStatement {
  private final Scope scope;
  private final Map<String, Object> parameters = new HashMap<>();

  /// With the parameters `tenant`, `start` and `end`.
  public LedgerStatement(Scope scope) {
    this.scope = scope;
    parameters.put("tenant", scope.tenant());
    parameters.put("start", scope.start());
    parameters.put("end", scope.end());
  }

  /// A value that stands as `{name:Type}` in the statement.
  public void put(String name, Object value) {
    parameters.put(name, value);
  }

  /// The values of the dimensions as columns `group_0`, `group_1`, ..., each followed by a comma.
  public String groupColumns(List<Dimension> groups) {
    return IntStream.range(0, groups.size())
        .mapToObj(i -> value(groups.get(i), i) + " AS " + group(i) + ",\n  ")
        .collect(Collectors.joining());
  }

  /// The names of these columns, each followed by a comma.
  public static String groupNames(List<Dimension> groups) {
    return groups(groups).stream().map(name -> name + ", ").collect(Collectors.joining());
  }

  /// The names of the columns that hold groups of the dimensions.
  public static List<String> groups(List<Dimension> groups) {
    return IntStream.range(0, groups.size()).mapToObj(LedgerStatement::group).toList();
  }

  /// The name of the column with the values of the group of that number.
  public static String group(int number) {
    return "group_" + number;
  }

  /// The value of the group of that number, a text.
  public String value(Dimension dimension, int number) {
    return "toString(" + column(dimension, "group_key_" + number) + ")";
  }

  /// The beginning of the time bucket in which a time, in seconds, lies: the largest that is not
  /// above it. Without buckets 0.
  public String bucket(TimeBuckets buckets, String time) {
    if (buckets.equals(TimeBuckets.NONE)) {
      return "toUInt32(0)";
    }
    parameters.put("starts", buckets.starts().stream().map(Instant::getEpochSecond).toList());
    return "roundDown(toUInt32(" + time + "), {starts:Array(UInt32)})";
  }

  /// The conditions of the scope but for tenant and time, each after an AND.
  public String filters() {
    return IntStream.range(0, scope.conditions().size())
        .mapToObj(i -> "AND " + filter(scope.conditions().get(i), i))
        .collect(Collectors.joining("\n  "));
  }

  private String filter(Condition condition, int number) {
    var name = "filter_" + number;
    parameters.put(name, condition.values());
    var column = column(condition.dimension(), "filter_key_" + number);
    var values = "{" + name + ":Array(String)}";
    return switch (condition.operator()) {
      case IN -> column + " IN " + values;
      case NOT_IN -> column + " NOT IN " + values;
      case PREFIX -> "arrayExists(p -> startsWith(" + column + ", p), " + values + ")";
    };
  }

  private String column(Dimension dimension, String keyParameter) {
    if (dimension.isTag()) {
      parameters.put(keyParameter, dimension.name().substring(Dimension.TAG_PREFIX.length()));
    }
    return Columns.expression(dimension, keyParameter);
  }

  /// The template with its places filled, and all parameters.
  public Statement fill(Template template, Map<String, String> fillings) {
    return new Statement(template.fill(fillings), parameters);
  }
}
