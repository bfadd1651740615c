package dev.tollgate.ingest.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The schema as it is on a cluster, as far as a single server can tell: it parses there, is what a
/// person has read, and without replicas and shards it works.
@ExtendWith(StoresExtension.class)
class ClusterSchemaIT {
  private static final List<String> STATEMENTS =
      Schema.statements().stream()
          .flatMap(statement -> ClickHouse.defining(statement, "main").stream())
          .toList();

  private final ClickHouse clickHouse;

  ClusterSchemaIT(Stores stores) {
    clickHouse =
        ClickHouse.connect(
            new ClickHouseSettings(
                stores.clickHouseUrl(),
                stores.database() + "_cluster",
                stores.clickHouseUser(),
                stores.clickHousePassword()));
  }

  @AfterEach
  void close() {
    clickHouse.close();
  }

  @Test
  void statements_eachOfThem_parses() {
    assertThat(STATEMENTS).hasSizeGreaterThan(30);
    for (var statement : STATEMENTS) {
      assertThat(clickHouse.query("EXPLAIN AST " + statement, Map.of(), row -> row.text("explain")))
          .as(statement)
          .isNotEmpty();
    }
  }

  /// Where a step or the form has changed: read what became of it, and take it over.
  @Test
  void statements_allOfThem_areThoseThatWereRead() throws Exception {
    var made = STATEMENTS.stream().map(each -> each + ";\n").collect(Collectors.joining("\n"));
    Files.writeString(Path.of("target", "cluster_schema.sql"), made);
    try (var in = Objects.requireNonNull(getClass().getResourceAsStream("/cluster_schema.sql"))) {
      assertThat(made).isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void settings_ofReplicatedTables_areKnownToTheServer() {
    var known =
        clickHouse.query(
            "SELECT name FROM system.replicated_merge_tree_settings",
            Map.of(),
            row -> row.text("name"));
    assertThat(known)
        .contains(
            "replicated_deduplication_window",
            "replicated_deduplication_window_seconds",
            "fsync_after_insert",
            "fsync_part_directory");
    for (var statement : STATEMENTS) {
      assertThat(statement).doesNotContain("non_replicated");
    }
  }

  /// `Merge` stands in for `Distributed`: both read local tables under the whole one's name.
  @Test
  void statements_onOneServerWithoutReplicas_feedAndReadEveryRollup() {
    for (var statement : STATEMENTS) {
      clickHouse.execute(alone(statement));
    }
    clickHouse.execute(
        """
        INSERT INTO usage_events_local (tenant_id, event_id, sign, event_time, user, session,
          log_id, cost_picos)
        SELECT 'acme', toString(number), 1, toDateTime64('2026-03-10 12:00:00', 3, 'UTC'), 'u-1',
          's-1', 'log', 5
        FROM numbers(3)
        """);

    assertThat(sum("cost_picos * sign", "usage_events FINAL")).isEqualTo(15);
    assertThat(sum("cost_picos", "usage_rollup")).isEqualTo(15);
    assertThat(sum("cost_picos", "ref_cost WHERE kind = 'session'")).isEqualTo(15);
    assertThat(sum("events", "latency_hourly")).isEqualTo(3);
    assertThat(sum("1", "outcomes")).isZero();
    assertThat(columns("usage_rollup")).isEqualTo(columns("usage_rollup_local"));
    assertThat(columns("usage_events")).isEqualTo(columns("usage_events_local"));
  }

  private static String alone(String statement) {
    return statement
        .replace(" ON CLUSTER `main`", "")
        .replaceAll("Replicated(\\w*MergeTree)\\('[^']*', '[^']*'(, )?", "$1(")
        .replaceAll(
            "replicated_deduplication_window = (\\d+),\\s*replicated_deduplication_window_seconds ="
                + " \\d+",
            "non_replicated_deduplication_window = $1")
        .replaceAll(
            "Distributed\\('main', currentDatabase\\(\\), '(\\w+)'.*",
            "Merge(currentDatabase(), '^$1\\$')");
  }

  private long sum(String measure, String source) {
    return clickHouse
        .query(
            "SELECT toInt64(sum(toInt128(%s))) AS total FROM %s".formatted(measure, source),
            Map.of(),
            row -> row.integer("total"))
        .getFirst();
  }

  private List<String> columns(String table) {
    return clickHouse.query(
        "SELECT name FROM system.columns WHERE database = currentDatabase()"
            + " AND table = {table:String} ORDER BY position",
        Map.of("table", table),
        row -> row.text("name"));
  }
}
