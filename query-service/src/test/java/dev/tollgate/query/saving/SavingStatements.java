package dev.tollgate.query.saving;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;

/// Every kind of statement that a question about savings can lead to.
@NullMarked
public final class SavingStatements {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");

  private SavingStatements() {}

  public static List<Statement> of(String tenant) {
    var plain = new Scope(tenant, START, START.plusSeconds(3_600), List.of());
    var narrow =
        plain.withConditions(
            List.of(
                Condition.in(Dimension.of("team").orElseThrow(), List.of("x' OR 1 = 1")),
                Condition.in(Dimension.of("tags.cost_owner").orElseThrow(), List.of("a' OR '"))));
    return List.of(
        SavingStatement.models(plain),
        SavingStatement.models(narrow),
        SavingStatement.calls(plain),
        SavingStatement.calls(narrow),
        SavingStatement.spent(
            plain,
            Set.of("x' OR 1 = 1", "b"),
            new TreeSet<>(Set.of(START, START.plusSeconds(900)))));
  }
}
