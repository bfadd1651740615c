package dev.tollgate.query.user;

import dev.tollgate.query.statement.Statement;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/// Every kind of statement about users, which read the same tables whatever they are asked.
@NullMarked
public final class UserStatements {
  private UserStatements() {}

  public static List<Statement> of(String tenant) {
    return List.of(
        UserStatement.names(tenant, List.of("x' OR 1 = 1")),
        UserStatement.surrogates(tenant, List.of("x' OR 1 = 1")));
  }
}
