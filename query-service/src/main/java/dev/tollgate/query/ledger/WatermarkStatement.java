package dev.tollgate.query.ledger;

import dev.tollgate.query.statement.Statement;
import dev.tollgate.query.statement.Template;
import java.time.Instant;
import java.util.Map;

/// The statement that finds how far what was accepted has come.
final class WatermarkStatement {
  private static final Template WATERMARK = Template.read("watermark");

  private WatermarkStatement() {}

  /// One row per log; looks at events from `start` on.
  static Statement of(String tenant, Instant start) {
    return new Statement(WATERMARK.fill(Map.of()), Map.of("tenant", tenant, "start", start));
  }
}
