package dev.tollgate.query.statement;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;

/// Reads a statement and says which of its tables are not constrained to the tenant.
///
/// It knows a subset of SQL and complains of what lies outside of it: a table needs an alias, and
/// the WHERE of its own SELECT must hold `<alias>.tenant_id = {tenant:String}` among the conditions
/// that all must hold.
@NullMarked
public final class TenantPredicate {
  private static final Pattern TOKEN =
      Pattern.compile("'(?:[^'\\\\]|\\\\.)*'|`[^`]*`|\\{[^}]*}|[A-Za-z_][A-Za-z_0-9]*|\\S");
  private static final Set<String> CLAUSE_ENDS =
      Set.of(
          "GROUP",
          "HAVING",
          "ORDER",
          "LIMIT",
          "UNION",
          "SETTINGS",
          "WINDOW",
          "QUALIFY",
          "EXCEPT",
          "INTERSECT",
          "OFFSET",
          "FORMAT");

  private final List<String> tokens = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();

  private TenantPredicate(String sql) {
    TOKEN.matcher(sql.replaceAll("(?m)--.*$", "")).results().forEach(t -> tokens.add(t.group()));
  }

  /// What is wrong; nothing where every table is constrained.
  public static List<String> complaints(String sql) {
    var predicate = new TenantPredicate(sql);
    predicate.look();
    return predicate.complaints;
  }

  private void look() {
    for (var i = 0; i < tokens.size(); i++) {
      if (is(i, "FROM") || (is(i, "JOIN") && !isOfArrays(i))) {
        table(i);
      }
    }
  }

  private boolean isOfArrays(int join) {
    return join > 0 && is(join - 1, "ARRAY");
  }

  private void table(int from) {
    var name = tokens.get(from + 1);
    if (name.equals("(")) {
      return; // The SELECT inside has a FROM of its own.
    }
    if (!is(from + 2, "AS")) {
      complaints.add(name + ": has no alias");
      return;
    }
    var alias = tokens.get(from + 3);
    if (is(from + 4, ",")) {
      complaints.add(name + ": is joined by a comma");
    }
    var wanted = List.of(alias, ".", "tenant_id", "=", "{tenant:String}");
    if (conditions(from).stream().noneMatch(wanted::equals)) {
      complaints.add(name + " AS " + alias + ": not constrained to the tenant");
    }
  }

  /// What the WHERE of the SELECT at this place demands, split at its ANDs; nothing where an OR
  /// stands beside them.
  private List<List<String>> conditions(int from) {
    var conditions = new ArrayList<List<String>>();
    var condition = new ArrayList<String>();
    var inside = false;
    var depth = 0;
    for (var i = from; i < tokens.size(); i++) {
      depth += is(i, "(") ? 1 : is(i, ")") ? -1 : 0;
      if (depth < 0 || (depth == 0 && inside && CLAUSE_ENDS.contains(upper(i)))) {
        break;
      }
      if (depth == 0 && inside && is(i, "OR")) {
        return List.of();
      }
      if (depth == 0 && (is(i, "WHERE") || is(i, "AND"))) {
        if (inside) {
          conditions.add(List.copyOf(condition));
        }
        inside = inside || is(i, "WHERE");
        condition.clear();
      } else {
        condition.add(tokens.get(i));
      }
    }
    if (inside) {
      conditions.add(List.copyOf(condition));
    }
    return conditions;
  }

  private boolean is(int i, String word) {
    return i < tokens.size() && upper(i).equals(word);
  }

  private String upper(int i) {
    return tokens.get(i).toUpperCase(Locale.ROOT);
  }
}
