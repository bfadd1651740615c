package dev.tollgate.query.statement;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.calendar.Earlier;
import dev.tollgate.query.calendar.TimeBuckets;
import dev.tollgate.query.org.OrgLevel;
import dev.tollgate.query.org.Placed;
import dev.tollgate.query.org.Places;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What statements over the ledger's tables have in common: the columns of groups and time buckets
/// and the conditions of a scope, as text, and the parameters that these need. The table that they
/// are of has the alias `r`. For one statement; not safe for concurrent use.
///
/// Nothing of a request becomes text: columns are literals of `Columns`, values are parameters.
public final class LedgerStatement {
  private static final int PARAMETER_LENGTH_MAX = 32 * 1024;
  private static final int PARTS_MAX = 64;
  private static final String CURRENCY = "currency";

  private final Scope scope;
  private final String seconds;
  private final Map<String, Object> parameters = new HashMap<>();
  private final Exchange exchange;

  /// Over events, with the parameters `tenant`, `start` and `end`.
  public LedgerStatement(Scope scope) {
    this(scope, LedgerSource.EVENTS.seconds());
  }

  /// As above, over other rows.
  ///
  /// @param seconds when a row is from, in seconds
  public LedgerStatement(Scope scope, String seconds) {
    this(scope, seconds, Map.of("start", scope.start(), "end", scope.end()));
  }

  private LedgerStatement(Scope scope, String seconds, Map<String, Object> times) {
    this.scope = scope;
    this.seconds = seconds;
    this.exchange = new Exchange(scope.conversion(), seconds, parameters);
    parameters.put("tenant", scope.tenant());
    parameters.putAll(times);
  }

  /// With the parameter `tenant` alone.
  public static LedgerStatement ofAnyTime(Scope scope) {
    return new LedgerStatement(scope, LedgerSource.EVENTS.seconds(), Map.of());
  }

  /// A value that stands as `{name:Type}` in the statement.
  public void put(String name, Object value) {
    parameters.put(name, value);
  }

  /// The day of UTC that a row is from, counted from 1970.
  public String day() {
    return Exchange.day(seconds);
  }

  /// A sum over rows of the source, of those alone that meet a condition where there is one. An
  /// amount is in picos of the currency that is said beside it.
  public String added(Sum sum, LedgerSource source, Optional<String> when) {
    var each = sum.isAmount() ? worth(sum.of(source)) : sum.of(source);
    var added =
        when.map(condition -> "sumIf(" + each + ", " + condition + ")")
            .orElseGet(() -> "sum(" + each + ")");
    return sum.isAmount() ? rounded(added) : added;
  }

  /// What an amount of a row is worth in the currency that is said beside it, to be added up and
  /// then [#rounded]. One without a rate breaks the statement.
  public String worth(String amount) {
    return isConverted()
        ? exchange.worth(amount) + " + throwIf(" + exchange.isUnknown(amount) + ")"
        : amount;
  }

  /// As above; one without a rate is worth 0. Whether there is any among the rows is for who adds
  /// up to look at, by [#anyUnknown].
  public String worthIfKnown(String amount) {
    return isConverted() ? exchange.worth(amount) : amount;
  }

  /// Whether any of the rows has an amount and no rate.
  public String anyUnknown(String amount) {
    return isConverted() ? "max(" + exchange.isUnknown(amount) + ")" : "toUInt8(0)";
  }

  /// A sum of such worths, in picos.
  public String rounded(String sum) {
    return isConverted() ? Exchange.rounded(sum) : sum;
  }

  /// Whether amounts are in another currency than their own.
  public boolean isConverted() {
    return !scope.conversion().isNone();
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

  /// The values of these columns in a row of an answer.
  public static List<String> group(Row row, List<Dimension> groups) {
    return groups(groups).stream().map(row::text).toList();
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
  public String bucket(TimeBuckets buckets, String seconds) {
    if (buckets.equals(TimeBuckets.NONE)) {
      return "toUInt32(0)";
    }
    parameters.put("starts", buckets.starts().stream().map(Instant::getEpochSecond).toList());
    return "roundDown(toUInt32(" + seconds + "), {starts:Array(UInt32)})";
  }

  /// As above; what is of the time compared with has the name of the bucket that it is compared
  /// with.
  public String bucket(TimeBuckets buckets, Optional<Earlier> earlier, LedgerSource source) {
    var bucket = bucket(buckets, source.seconds());
    if (earlier.isEmpty() || buckets.equals(TimeBuckets.NONE)) {
      return bucket;
    }
    // In milliseconds, as a range that is moved back by its length may be cut anywhere.
    var starts = earlier.get().starts().stream().map(Instant::toEpochMilli).toList();
    parameters.put("earlier_starts", starts);
    return "if("
        + isNow(source)
        + ", "
        + bucket
        + ", toUInt32(transform(roundDown("
        + source.millis()
        + ", {earlier_starts:Array(Int64)}), {earlier_starts:Array(Int64)},"
        + " {starts:Array(UInt32)})))";
  }

  /// Reads the time compared with, too: `start` is where that begins, and `now` is where the scope
  /// does. The condition that leaves out what lies between the two.
  public String since(Earlier earlier, LedgerSource source) {
    parameters.put("start", earlier.start());
    parameters.put("now", scope.start());
    if (earlier.end().equals(scope.start())) {
      return "";
    }
    parameters.put("earlier_end", earlier.end());
    return "\n  AND (" + isNow(source) + " OR NOT (" + source.from("earlier_end") + "))";
  }

  /// Whether a row is of the scope itself, and not of the time compared with.
  public static String isNow(LedgerSource source) {
    return source.from("now");
  }

  /// A column `other`, which says whether a row is of a group that is not among these, and the
  /// columns of groups, empty in such rows.
  public String ownGroupColumns(List<Dimension> groups, List<List<String>> own) {
    var values = IntStream.range(0, groups.size()).mapToObj(i -> value(groups.get(i), i)).toList();
    var columns = new StringBuilder();
    columns.append("toUInt8(NOT (").append(isAmong(values, "own", own)).append(")) AS other,\n  ");
    for (var i = 0; i < values.size(); i++) {
      columns.append("if(other, '', ").append(values.get(i)).append(") AS ");
      columns.append(group(i)).append(",\n  ");
    }
    return columns.toString();
  }

  /// Whether texts are together one of these, of which there may be many.
  ///
  /// @param name what the parameters that hold them are called
  /// @throws Failure QUERY_TOO_LARGE where they are too long
  public String isAmong(List<String> texts, String name, List<List<String>> those) {
    // An array would be made for each row.
    var alone = texts.size() == 1;
    var parts = parts(those);
    for (var i = 0; i < parts.size(); i++) {
      var part = parts.get(i);
      parameters.put(name + "_" + i, alone ? part.stream().map(List::getFirst).toList() : part);
    }
    var text = alone ? texts.getFirst() : "[" + String.join(", ", texts) + "]";
    var type = alone ? "Array(String)" : "Array(Array(String))";
    return IntStream.range(0, parts.size())
        .mapToObj(i -> text + " IN {" + name + "_" + i + ":" + type + "}")
        .collect(Collectors.joining("\n    OR ", "(", ")"));
  }

  /* A parameter has a bound, of which each character may take several bytes. */
  private static List<List<List<String>>> parts(List<List<String>> those) {
    var parts = new ArrayList<List<List<String>>>();
    var part = new ArrayList<List<String>>();
    var length = 0;
    for (var each : those) {
      var more = each.stream().mapToInt(value -> value.length() + 3).sum() + 3;
      if (length + more > PARAMETER_LENGTH_MAX && !part.isEmpty()) {
        parts.add(List.copyOf(part));
        part.clear();
        length = 0;
      }
      part.add(each);
      length += more;
    }
    parts.add(List.copyOf(part));
    if (parts.size() > PARTS_MAX) {
      throw Failure.of(
          Reason.QUERY_TOO_LARGE, "The values of so many groups are too long: ask for fewer");
    }
    return parts;
  }

  /// The conditions of the scope but for tenant and time, each after an AND.
  public String filters() {
    return filters(0);
  }

  /// As above, of the conditions of that number and later ones: those that a caller pins come last.
  public String filters(int first) {
    return IntStream.range(first, scope.conditions().size())
        .mapToObj(i -> "AND " + filter(scope.conditions().get(i), "filter_" + i, "filter_key_" + i))
        .collect(Collectors.joining("\n  "));
  }

  /// Conditions that are not the scope's, joined by AND.
  ///
  /// @param name what the parameters that they need are called
  public String all(List<Condition> conditions, String name) {
    return IntStream.range(0, conditions.size())
        .mapToObj(i -> filter(conditions.get(i), name + "_" + i, name + "_key_" + i))
        .collect(Collectors.joining(" AND "));
  }

  private String filter(Condition condition, String name, String keyName) {
    parameters.put(name, condition.values());
    var column = column(condition.dimension(), keyName);
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
    return Placed.is(dimension) ? placed(dimension) : Columns.expression(dimension, keyParameter);
  }

  private String placed(Dimension dimension) {
    var department = parent(OrgLevel.TEAM, "toString(r.`team`)");
    if (dimension.equals(Placed.DEPARTMENT)) {
      return department;
    }
    var costCenter =
        "coalesce(nullIf("
            + parent(OrgLevel.DEPARTMENT, department)
            + ", ''), toString(r.`cost_center`))";
    return dimension.equals(Placed.OWNER) ? parent(OrgLevel.COST_CENTER, costCenter) : costCenter;
  }

  /* Under what the org tree has a child when the row is from. */
  private String parent(OrgLevel level, String child) {
    var places = scope.places();
    var pairs =
        places.parents(level).entrySet().stream()
            .map(each -> List.of(each.getKey(), each.getValue()))
            .toList();
    if (pairs.isEmpty()) {
      return "''";
    }
    var parts = parts(pairs);
    var name = "org_" + level.name().toLowerCase(Locale.ROOT);
    for (var i = 0; i < parts.size(); i++) {
      parameters.put(name + "_" + i, parts.get(i).stream().map(List::getFirst).toList());
      parameters.put(name + "_parent_" + i, parts.get(i).stream().map(List::getLast).toList());
    }
    return "transform(concat("
        + epoch(places)
        + ", "
        + child
        + "), "
        + joined(name + "_", parts.size())
        + ", "
        + joined(name + "_parent_", parts.size())
        + ", '')";
  }

  private String epoch(Places places) {
    if (places.epochs().size() == 1) {
      return "'" + Places.key(places.epochs().getFirst(), "") + "'";
    }
    parameters.put("org_epochs", places.epochs());
    return "toString(roundDown(toUInt32(" + seconds + "), {org_epochs:Array(UInt32)})), ' '";
  }

  private static String joined(String name, int parts) {
    return IntStream.range(0, parts)
        .mapToObj(i -> "{" + name + i + ":Array(String)}")
        .collect(Collectors.joining(", ", "arrayConcat(", ")"));
  }

  /// The template with its places filled, and all parameters.
  public Statement fill(Template template, Map<String, String> fillings) {
    return new Statement(text(template, fillings), parameters);
  }

  /// The template with its places filled, as a part of a statement. What it has for `$currency` is
  /// the currency in which amounts of a row are added up: its own, or the scope's.
  public String text(Template template, Map<String, String> fillings) {
    var all = new HashMap<>(fillings);
    if (template.has(CURRENCY)) {
      all.put(CURRENCY, isConverted() ? exchange.currency() : "r.currency");
    }
    return template.fill(all);
  }
}
