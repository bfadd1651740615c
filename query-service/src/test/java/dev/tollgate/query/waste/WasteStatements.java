package dev.tollgate.query.waste;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.fx.Converted;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/// Every kind of statement that a question about waste can lead to.
@NullMarked
public final class WasteStatements {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-08-03T00:00:00.001Z");

  private WasteStatements() {}

  public static List<Statement> of(String tenant) {
    var names = new ArrayList<>(Dimension.names());
    names.add("tags.cost_owner");
    var all = names.stream().map(name -> Dimension.of(name).orElseThrow()).toList();
    var conditions = all.stream().map(each -> Condition.in(each, List.of("x' OR 1 = 1"))).toList();
    var plain = new Scope(tenant, START, END, List.of());
    var narrow = plain.withConditions(conditions);
    var converted = narrow.withConversion(Converted.hard());
    return List.of(
        WasteStatement.of(new WasteQuestion(converted, 3, all)),
        WasteStatement.of(new WasteQuestion(plain, 0, List.of())),
        WasteStatement.of(new WasteQuestion(narrow, 3, all)),
        WasteStatement.of(new WasteQuestion(narrow, conditions.size(), List.of())));
  }
}
