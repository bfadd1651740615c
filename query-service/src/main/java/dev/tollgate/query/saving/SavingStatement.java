package dev.tollgate.query.saving;

import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Template;
import java.util.Map;

/// Composes the statements that savings are found by: their texts come from resources and from
/// `LedgerStatement`, and every value of a request is a parameter.
final class SavingStatement {
  private static final Template MODELS = Template.read("saving_models");
  private static final Template CALLS = Template.read("saving_calls");

  private SavingStatement() {}

  static Statement models(Scope scope) {
    return of(MODELS, scope);
  }

  /// One row per call, in their order.
  static Statement calls(Scope scope) {
    return of(CALLS, scope);
  }

  private static Statement of(Template template, Scope scope) {
    var parts = new LedgerStatement(scope);
    return parts.fill(template, Map.of("filters", parts.filters()));
  }
}
