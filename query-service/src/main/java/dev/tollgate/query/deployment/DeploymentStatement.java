package dev.tollgate.query.deployment;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Template;
import java.util.Map;

/// Composes the statements that read deployments: their text comes from a resource and from
/// `LedgerStatement`, and every value of a request is a parameter.
final class DeploymentStatement {
  private static final Template DEPLOYMENTS = Template.read("deployments");

  private DeploymentStatement() {}

  /// The one of an id, at any time.
  static Statement of(Scope scope, String id) {
    var parts = LedgerStatement.ofAnyTime(scope);
    parts.put("id", id);
    return of(parts, "r.deployment_id = {id:String}", 1);
  }

  /// Those of the scope's time.
  static Statement of(Scope scope, int most) {
    return of(
        new LedgerStatement(scope),
        "r.deployment_time >= {start:DateTime64(3, 'UTC')}"
            + " AND r.deployment_time < {end:DateTime64(3, 'UTC')}",
        most);
  }

  private static Statement of(LedgerStatement parts, String chosen, int most) {
    parts.put("most", most);
    return parts.fill(
        DEPLOYMENTS,
        Map.of(
            "columns", parts.groupColumns(Dimension.ALL),
            "chosen", chosen,
            "filters", parts.filters()));
  }
}
