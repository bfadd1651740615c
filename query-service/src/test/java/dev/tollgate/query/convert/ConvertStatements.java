package dev.tollgate.query.convert;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.fx.Conversion;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.Statement;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/// Every kind of statement that finds what is to be converted.
@NullMarked
public final class ConvertStatements {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");

  private ConvertStatements() {}

  public static List<Statement> of(String tenant) {
    var team = Condition.in(Dimension.of("team").orElseThrow(), List.of("x' OR 1 = 1"));
    return Stream.of(List.<Condition>of(), List.of(team))
        .map(conditions -> new Scope(tenant, START, START.plusSeconds(900), conditions))
        .map(scope -> scope.withConversion(Conversion.asked("x' OR 1 = 1", 1)))
        .flatMap(scope -> Stream.of(scope, scope.within(START.plusMillis(1), scope.end())))
        .map(CurrencyDayStatement::of)
        .toList();
  }
}
