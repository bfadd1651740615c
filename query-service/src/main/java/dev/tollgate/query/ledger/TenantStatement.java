package dev.tollgate.query.ledger;

import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Template;
import java.time.Instant;
import java.util.Map;

/// The statement that finds tenants.
final class TenantStatement {
  private static final Template TENANTS = Template.read("job/active_tenants");

  private TenantStatement() {}

  /// One row per tenant that used something since then.
  static Statement active(Instant since) {
    return new Statement(TENANTS.fill(Map.of()), Map.of("start", since));
  }
}
