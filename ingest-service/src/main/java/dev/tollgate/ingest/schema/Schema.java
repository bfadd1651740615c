package dev.tollgate.ingest.schema;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The steps by which a database gets the ledger's tables, in their order. A step is never changed
/// once it was released; what is to be different is a further step.
public final class Schema {
  private record Step(String name, String statement) {
    String sha256() {
      try {
        var hash =
            MessageDigest.getInstance("SHA-256").digest(statement.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash);
      } catch (NoSuchAlgorithmException impossible) {
        throw new IllegalStateException(impossible);
      }
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(Schema.class);
  private static final List<Step> STEPS =
      List.of(
          step("001_usage_events"),
          step("002_usage_rollup"),
          step("003_usage_rollup_view"),
          step("004_usage_events_repricing"),
          step("005_usage_rollup_view_invalid"),
          step("006_outcomes"),
          step("007_deployments"),
          step("008_cost_lines"),
          step("009_usage_events_history"),
          step("012_latency_hourly"),
          step("013_latency_hourly_view"),
          step("014_ref_cost"),
          step("015_ref_cost_view"),
          step("016_usage_rollup_log"),
          step("017_usage_rollup_view_log"),
          step("018_latency_hourly_log"),
          step("019_latency_hourly_view_log"),
          step("020_ref_cost_log"),
          step("021_ref_cost_view_log"),
          step("022_usage_events_positions"),
          step("023_usage_rollup_retries"),
          step("024_usage_rollup_view_retries"),
          step("025_usage_events_filled"),
          step("026_usage_rollup_closed"),
          step("027_latency_hourly_closed"),
          step("028_ref_cost_closed"),
          step("030_control_users"),
          step("031_control_erasures"));

  /* `applied` says which steps a database has. Each step can be run twice: a crash between a step
  and its mark, or two servers that start together, do no harm. */
  private static final String APPLIED =
      """
      CREATE TABLE IF NOT EXISTS schema_steps (
        name String, sha256 String, applied_time DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'))
      ENGINE = MergeTree ORDER BY name
      SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
      """;

  private Schema() {}

  /// Runs the steps that the database doesn't have. Blocks; idempotent.
  ///
  /// @throws IllegalStateException where the database has a step that reads otherwise here
  public static void apply(ClickHouse clickHouse) {
    clickHouse.define(APPLIED);
    var applied =
        clickHouse
            .query(
                "SELECT name, any(sha256) AS hash FROM schema_steps GROUP BY name",
                Map.of(),
                row -> Map.entry(row.text("name"), row.text("hash")))
            .stream()
            .collect(java.util.stream.Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    for (var step : STEPS) {
      var hash = applied.get(step.name);
      if (hash == null) {
        clickHouse.define(step.statement);
        mark(clickHouse, step);
        LOG.info("applied schema step {}", step.name);
      } else if (!hash.equals(step.sha256())) {
        throw new IllegalStateException(
            "schema step %s: %s in the database (expected: %s)"
                .formatted(step.name, hash, step.sha256()));
      }
    }
  }

  /// Every statement that makes the tables, as for a single server, in their order.
  static List<String> statements() {
    return Stream.concat(Stream.of(APPLIED), STEPS.stream().map(Step::statement)).toList();
  }

  private static void mark(ClickHouse clickHouse, Step step) {
    clickHouse.execute(
        "INSERT INTO schema_steps (name, sha256) SELECT '%s', '%s'"
            .formatted(step.name, step.sha256()));
  }

  private static Step step(String name) {
    var resource = "/schema/" + name + ".sql";
    try (var in = Schema.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + resource);
      }
      return new Step(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
