package dev.tollgate.query.reconcile;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.Statement;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/// Every kind of statement that reports can lead to.
@NullMarked
public final class ReconcileStatements {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-08-03T00:00:00Z");

  private ReconcileStatements() {}

  public static List<Statement> of(String tenant) {
    var provider = in("provider");
    return List.of(
        ReconcileStatement.ours(new Scope(tenant, START, END, List.of(provider))),
        ReconcileStatement.ours(new Scope(tenant, START, END, List.of(provider, in("endpoint")))));
  }

  private static Condition in(String name) {
    return Condition.in(Dimension.of(name).orElseThrow(), List.of("x' OR 1 = 1"));
  }
}
