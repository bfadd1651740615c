package dev.tollgate.query.deployment;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/// Every kind of statement that reading deployments can lead to.
@NullMarked
public final class DeploymentStatements {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-08-03T00:00:00.001Z");

  private DeploymentStatements() {}

  public static List<Statement> of(String tenant) {
    var names = new ArrayList<>(Dimension.names());
    names.add("tags.cost_owner");
    var all = names.stream().map(name -> Dimension.of(name).orElseThrow()).toList();
    var conditions = all.stream().map(each -> Condition.in(each, List.of("x' OR 1 = 1"))).toList();
    var plain = new Scope(tenant, START, END, List.of());
    var narrow = plain.withConditions(conditions);
    return List.of(
        DeploymentStatement.of(plain, "a' OR '"),
        DeploymentStatement.of(narrow, "a' OR '"),
        DeploymentStatement.of(plain, 10),
        DeploymentStatement.of(narrow, 10));
  }
}
