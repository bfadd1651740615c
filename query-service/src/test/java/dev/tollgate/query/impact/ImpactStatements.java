package dev.tollgate.query.impact;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/// Every kind of statement that a question about a deployment can lead to.
@NullMarked
public final class ImpactStatements {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-08-03T00:00:00.001Z");

  private ImpactStatements() {}

  public static List<Statement> of(String tenant) {
    var names = new ArrayList<>(Dimension.names());
    names.add("tags.cost_owner");
    var all = names.stream().map(name -> Dimension.of(name).orElseThrow()).toList();
    var conditions = all.stream().map(each -> Condition.in(each, List.of("x' OR 1 = 1"))).toList();
    var plain = new Scope(tenant, START, END, List.of());
    var narrow = plain.withConditions(conditions);
    return Stream.of(plain, narrow)
        .map(scope -> new Compared(scope, START.plusSeconds(60), START.plusSeconds(90), true))
        .flatMap(each -> Stream.of(ImpactStatement.requests(each), ImpactStatement.times(each)))
        .toList();
  }
}
