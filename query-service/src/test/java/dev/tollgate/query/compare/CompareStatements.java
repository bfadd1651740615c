package dev.tollgate.query.compare;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/// Every kind of statement that a question about models can lead to.
@NullMarked
public final class CompareStatements {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-08-03T00:00:00.001Z");

  private CompareStatements() {}

  public static List<Statement> of(String tenant) {
    var names = new ArrayList<>(Dimension.names());
    names.add("tags.cost_owner");
    var all = names.stream().map(name -> Dimension.of(name).orElseThrow()).toList();
    var conditions = all.stream().map(each -> Condition.in(each, List.of("x' OR 1 = 1"))).toList();
    var plain = new Scope(tenant, START, END, List.of());
    return Stream.of(plain, plain.withConditions(conditions))
        .flatMap(each -> Stream.of(CompareStatement.usage(each), CompareStatement.observed(each)))
        .toList();
  }
}
