package dev.tollgate.query.impact;

import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Template;
import java.util.Map;

/// Composes the statements that compare usage before and after a deployment: their texts come from
/// resources and from `LedgerStatement`, and every value of a request is a parameter.
final class ImpactStatement {
  private static final Template REQUESTS = Template.read("impact_requests");
  private static final Template TIMES = Template.read("impact_times");

  private ImpactStatement() {}

  /// One row per side that has requests.
  static Statement requests(Compared compared) {
    return of(REQUESTS, compared);
  }

  /// How long calls took: one row per side that has some.
  static Statement times(Compared compared) {
    return of(TIMES, compared);
  }

  private static Statement of(Template template, Compared compared) {
    var parts = new LedgerStatement(compared.scope());
    parts.put("deployed", compared.deployed());
    parts.put("resumed", compared.resumed());
    return parts.fill(template, Map.of("filters", parts.filters()));
  }
}
