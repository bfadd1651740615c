package dev.tollgate.query.anomaly;

import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Sum;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/// Every kind of statement that looking for anomalies can lead to.
@NullMarked
public final class AnomalyStatements {
  private static final Instant HOUR = Instant.parse("2026-08-01T00:00:00Z");

  private AnomalyStatements() {}

  public static List<Statement> of(String tenant) {
    var statements = new ArrayList<Statement>();
    statements.add(AnomalyStatement.hours(tenant, HOUR));
    for (var dimension : List.of("", "team", "feature", "model")) {
      var watched = new Watched(new Subject(dimension, "x' OR 1 = 1"), HOUR, List.of());
      for (var measure : List.of(List.of(Sum.COST), List.of(Sum.RETRIES), PerRequest.TOKENS)) {
        statements.add(AnomalyStatement.changes(tenant, watched, measure, "", List.of()));
      }
      statements.add(
          AnomalyStatement.changes(
              tenant, watched, List.of(Sum.COST), "a' OR '", Watched.comparable(HOUR)));
    }
    return statements;
  }
}
