package dev.tollgate.kernel.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ClusterFormTest {
  private final ClusterForm form = new ClusterForm("main");

  @Test
  void of_tableOfTheLedger_isALocalOneOnEachShardAndTheWholeOfThem() {
    assertThat(
            form.of(
                """
                -- What was spent.
                CREATE TABLE IF NOT EXISTS usage_events (
                  tenant_id String,
                  -- Of the entry; ENGINE = none.
                  sign Int8 CODEC(T64, ZSTD(1))
                )
                ENGINE = ReplacingMergeTree(version)
                PARTITION BY toYYYYMM(event_time)
                ORDER BY (tenant_id, event_id)
                SETTINGS non_replicated_deduplication_window = 20000
                """))
        .containsExactly(
            """
            CREATE TABLE IF NOT EXISTS usage_events_local ON CLUSTER `main` (
              tenant_id String,
              sign Int8 CODEC(T64, ZSTD(1))
            )
            ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', version)
            PARTITION BY toYYYYMM(event_time)
            ORDER BY (tenant_id, event_id)
            SETTINGS replicated_deduplication_window = 20000,
              replicated_deduplication_window_seconds = 2592000\
            """,
            """
            CREATE TABLE IF NOT EXISTS usage_events ON CLUSTER `main` AS usage_events_local
            ENGINE = Distributed('main', currentDatabase(), 'usage_events_local', cityHash64(tenant_id))\
            """);
  }

  @Test
  void of_smallTable_isWholeOnEveryServer() {
    assertThat(
            form.of(
                """
                CREATE TABLE IF NOT EXISTS control_users (tenant_id String, surrogate String)
                ENGINE = ReplacingMergeTree ORDER BY (tenant_id, surrogate)
                SETTINGS fsync_after_insert = 1
                """))
        .containsExactly(
            """
            CREATE TABLE IF NOT EXISTS control_users ON CLUSTER `main` (tenant_id String, surrogate String)
            ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/all', '{shard}-{replica}')
            ORDER BY (tenant_id, surrogate)
            SETTINGS fsync_after_insert = 1\
            """);
  }

  @Test
  void of_view_goesFromLocalTableToLocalTable() {
    assertThat(
            form.of(
                """
                CREATE MATERIALIZED VIEW IF NOT EXISTS usage_rollup_view TO usage_rollup AS
                SELECT e.tenant_id AS tenant_id FROM usage_events AS e GROUP BY tenant_id
                """))
        .containsExactly(
            """
            CREATE MATERIALIZED VIEW IF NOT EXISTS usage_rollup_view ON CLUSTER `main` TO usage_rollup_local AS
            SELECT e.tenant_id AS tenant_id FROM usage_events_local AS e GROUP BY tenant_id\
            """);
  }

  @Test
  void of_alteredView_selectsFromTheLocalTable() {
    assertThat(
            form.of(
                "ALTER TABLE ref_cost_view MODIFY QUERY\nSELECT 1 AS x\nFROM usage_events AS e"))
        .containsExactly(
            """
            ALTER TABLE ref_cost_view ON CLUSTER `main` MODIFY QUERY
            SELECT 1 AS x
            FROM usage_events_local AS e\
            """);
  }

  @Test
  void of_alteredTable_changesTheLocalOneAndMakesTheWholeAnew() {
    assertThat(form.of("ALTER TABLE usage_events\n  ADD COLUMN IF NOT EXISTS x UInt8"))
        .containsExactly(
            """
            ALTER TABLE usage_events_local ON CLUSTER `main`
            ADD COLUMN IF NOT EXISTS x UInt8\
            """,
            """
            CREATE OR REPLACE TABLE usage_events ON CLUSTER `main` AS usage_events_local
            ENGINE = Distributed('main', currentDatabase(), 'usage_events_local', cityHash64(tenant_id))\
            """);
    assertThat(form.of("ALTER TABLE control_users ADD COLUMN IF NOT EXISTS x UInt8")).hasSize(1);
  }

  @Test
  void of_statementOfAnotherKind_isRefused() {
    for (var other :
        new String[] {
          "DROP TABLE usage_events",
          "CREATE TABLE usage_events (x UInt8) ENGINE = MergeTree ORDER BY x",
          "CREATE TABLE IF NOT EXISTS t (x UInt8) ENGINE = Log"
        }) {
      assertThatThrownBy(() -> form.of(other))
          .as(other)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("as ours are");
    }
  }

  @Test
  void defining_withoutACluster_isTheStatementItself() {
    assertThat(ClickHouse.defining("DROP TABLE x", "")).containsExactly("DROP TABLE x");
  }
}
