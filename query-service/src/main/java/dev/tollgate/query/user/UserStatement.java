package dev.tollgate.query.user;

import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Template;
import java.util.List;
import java.util.Map;

/// Statements about the users whose surrogates the ledger has.
final class UserStatement {
  private static final Template SURROGATES = Template.read("user_surrogates");
  private static final Template NAMES = Template.read("user_names");

  private UserStatement() {}

  static Statement surrogates(String tenant, List<String> names) {
    return new Statement(
        SURROGATES.fill(Map.of()), Map.of("tenant", tenant, "names", List.copyOf(names)));
  }

  static Statement names(String tenant, List<String> surrogates) {
    return new Statement(
        NAMES.fill(Map.of()), Map.of("tenant", tenant, "surrogates", List.copyOf(surrogates)));
  }
}
