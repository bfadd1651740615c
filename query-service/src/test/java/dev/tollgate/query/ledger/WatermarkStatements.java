package dev.tollgate.query.ledger;

import dev.tollgate.query.statement.Statement;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/// The statement that finds watermarks.
@NullMarked
public final class WatermarkStatements {
  private WatermarkStatements() {}

  public static List<Statement> of(String tenant) {
    return List.of(WatermarkStatement.of(tenant, Instant.parse("2026-08-01T00:00:00Z")));
  }
}
