package dev.tollgate.query.focus;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/// Every kind of statement that an export can lead to.
@NullMarked
public final class FocusStatements {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-08-03T00:00:00Z");

  private FocusStatements() {}

  public static List<Statement> of(String tenant) {
    var names = new ArrayList<>(Dimension.names());
    names.add("tags.cost_owner");
    var all = names.stream().map(name -> Dimension.of(name).orElseThrow()).toList();
    var conditions = all.stream().map(each -> Condition.in(each, List.of("x' OR 1 = 1"))).toList();
    var plain = new Scope(tenant, START, END, List.of());
    var after = Optional.of(new Position(true, START, "x' OR 1 = 1"));
    return Stream.of(
            new FocusQuestion(plain, List.of(), 10),
            new FocusQuestion(plain.withConditions(conditions), all, 10))
        .flatMap(each ->
            Stream.of(
                FocusStatement.usage(each, Optional.empty(), 10),
                FocusStatement.usage(each, after, 10),
                FocusStatement.lines(each, Optional.empty(), 10),
                FocusStatement.lines(each, after, 10)))
        .toList();
  }
}
