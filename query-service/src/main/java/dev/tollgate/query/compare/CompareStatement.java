package dev.tollgate.query.compare;

import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Template;
import java.util.Map;

/// Composes the statements that say what models did: their texts come from resources and from
/// `LedgerStatement`, and every value of a request is a parameter.
final class CompareStatement {
  private static final Template USAGE = Template.read("compare_usage");
  private static final Template OBSERVED = Template.read("compare_observed");

  private CompareStatement() {}

  /// One row per entry.
  static Statement usage(Scope scope) {
    return of(USAGE, scope);
  }

  /// How calls went: one row.
  static Statement observed(Scope scope) {
    return of(OBSERVED, scope);
  }

  private static Statement of(Template template, Scope scope) {
    var parts = new LedgerStatement(scope);
    return parts.fill(template, Map.of("filters", parts.filters()));
  }
}
