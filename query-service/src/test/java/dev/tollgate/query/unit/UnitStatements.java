package dev.tollgate.query.unit;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.fx.Conversion;
import dev.tollgate.query.fx.Converted;
import dev.tollgate.query.org.Placed;
import dev.tollgate.query.org.PlacesOfTests;
import dev.tollgate.query.scope.Condition;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/// Every kind of statement that a question about units can lead to.
@NullMarked
public final class UnitStatements {
  private static final Instant START = Instant.parse("2026-08-01T00:00:00Z");
  private static final Instant END = Instant.parse("2026-08-03T00:00:00.001Z");

  private UnitStatements() {}

  public static List<Statement> of(String tenant) {
    var names = new ArrayList<>(Dimension.names());
    names.add("tags.cost_owner");
    var all = names.stream().map(name -> Dimension.of(name).orElseThrow()).toList();
    var conditions = all.stream().map(each -> Condition.in(each, List.of("x' OR 1 = 1"))).toList();
    var plain = new Scope(tenant, START, END, List.of());
    var quarters = plain.within(START, START.plus(Scope.SLOT));
    return Stream.of(
            new UnitQuestion(quarters, List.of(), true, Optional.empty()),
            new UnitQuestion(plain, List.of(), true, Optional.empty()),
            new UnitQuestion(plain.withConditions(conditions), all, true, Optional.empty()),
            new UnitQuestion(
                plain.withConversion(Converted.hard()), List.of(), true, Optional.empty()),
            new UnitQuestion(
                plain.withPlaces(PlacesOfTests.hard()),
                List.of(Placed.DEPARTMENT, Placed.COST_CENTER, Placed.OWNER),
                true,
                Optional.empty()))
        .flatMap(each ->
            Stream.concat(
                UnitStatement.days(
                    each.within(each.scope().withConversion(Conversion.NONE)), List.of("a' OR '"))
                    .stream(),
                Stream.of(
                    UnitStatement.calls(each),
                    UnitStatement.lines(each),
                    UnitStatement.revenue(each, List.of("a' OR '")),
                    UnitStatement.labels(each, List.of("a' OR '")),
                    UnitStatement.units(each),
                    UnitStatement.users(each))))
        .toList();
  }
}
