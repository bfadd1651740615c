package dev.tollgate.quota.ledger;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.budget.Selector;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// The dimensions of the ledger's rows in one statement, which must have the parameter `tenant`.
/// Values and tags travel as parameters.
///
/// Rows have surrogates in place of users' names. They are told by names, as selectors are made of
/// names; a user who was erased is told by the surrogate.
public final class DimensionSql {
  private static final String USER = "usage_events.`user`";

  /* Whose surrogates are, but for those that were erased. */
  private static final String USERS =
      """
      FROM control_users AS u WHERE u.tenant_id = {tenant:String} AND u.surrogate NOT IN (
        SELECT e.surrogate FROM control_erasures AS e WHERE e.tenant_id = {tenant:String})\
      """;

  private static final String NAMED_ROWS =
      "usage_events LEFT ANY JOIN (SELECT u.surrogate AS surrogate, u.name AS user_name "
          + USERS
          + ") AS named ON named.surrogate = "
          + USER;

  private final Map<String, Object> parameters;
  private int count;

  /// @param parameters of the statement, to which it adds its own: `dim0`, `dim1`, ...
  public DimensionSql(Map<String, Object> parameters) {
    this.parameters = parameters;
  }

  /// The ledger's rows, with all that the columns of these dimensions need.
  public static String rows(List<Dimension> dimensions) {
    return dimensions.stream().anyMatch(Dimension::isUser) ? NAMED_ROWS : "usage_events";
  }

  /// The dimensions as columns `d0`, `d1`, ..., each with a comma before it.
  public String columns(List<Dimension> dimensions) {
    var columns = new StringBuilder();
    for (int i = 0; i < dimensions.size(); i++) {
      columns.append(", ").append(column(dimensions.get(i))).append(" AS d").append(i);
    }
    return columns.toString();
  }

  /// That a row has all the values, to be put after other conditions.
  public String have(Map<String, String> values) {
    var conditions = new StringBuilder();
    values.forEach((name, value) -> conditions.append(" AND ").append(has(name, value)));
    return conditions.toString();
  }

  /// That a selector matches a row, to be put after other conditions.
  public String matches(Selector selector) {
    var conditions = new StringBuilder(have(selector.equal()));
    selector
        .except()
        .forEach((name, value) -> conditions.append(" AND NOT ").append(has(name, value)));
    return conditions.toString();
  }

  private String has(String name, String value) {
    var dimension = Dimension.of(name).orElseThrow();
    var stored = stored(dimension);
    var parameter = parameter(value);
    var condition = "%s = {%s:String}".formatted(stored, parameter);
    if (!dimension.isUser() || value.isEmpty()) {
      return "(" + condition + ")";
    }
    return "(%s OR %s IN (SELECT u.surrogate %s AND u.name = {%s:String}))"
        .formatted(condition, stored, USERS, parameter);
  }

  private String column(Dimension dimension) {
    if (dimension.isUser()) {
      return "if(named.user_name = '', " + USER + ", named.user_name)";
    }
    return dimension.isTag() ? stored(dimension) : "toString(" + stored(dimension) + ")";
  }

  private String stored(Dimension dimension) {
    if (dimension.isUser()) {
      return USER;
    }
    return dimension.isTag()
        ? "tags[{"
            + parameter(dimension.name().substring(Dimension.TAG_PREFIX.length()))
            + ":String}]"
        : "`" + dimension.name() + "`";
  }

  private String parameter(String value) {
    var name = "dim" + count++;
    parameters.put(name, value);
    return name;
  }

  /// The dimensions that the columns of a row hold.
  public static Dimensions read(List<Dimension> dimensions, UnaryOperator<String> row) {
    var read = Dimensions.newBuilder();
    for (int i = 0; i < dimensions.size(); i++) {
      dimensions.get(i).write(read, row.apply("d" + i));
    }
    return read.build();
  }
}
