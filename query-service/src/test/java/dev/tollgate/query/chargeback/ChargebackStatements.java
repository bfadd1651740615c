package dev.tollgate.query.chargeback;

import dev.tollgate.query.org.PlacesOfTests;
import dev.tollgate.query.scope.Scope;
import dev.tollgate.query.statement.Statement;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/// Every kind of statement that a month's cost is read by.
@NullMarked
public final class ChargebackStatements {
  private ChargebackStatements() {}

  public static List<Statement> of(String tenant) {
    var month =
        new Scope(
                tenant,
                Instant.parse("2026-08-01T00:00:00Z"),
                Instant.parse("2026-09-01T00:00:00Z"),
                List.of())
            .withPlaces(PlacesOfTests.hard());
    return Stream.of(month, month.within(month.start().plusMillis(1), month.end()))
        .flatMap(
            scope -> Stream.of(ChargebackStatement.calls(scope), ChargebackStatement.paid(scope)))
        .toList();
  }
}
