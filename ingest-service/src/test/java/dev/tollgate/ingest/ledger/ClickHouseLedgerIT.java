package dev.tollgate.ingest.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.encode.Tables;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.schema.Schema;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StoresExtension.class)
class ClickHouseLedgerIT extends LedgerContract {
  private static final AtomicInteger TENANTS = new AtomicInteger();

  private final Stores stores;
  private final ClickHouse clickHouse;
  private final ClickHouseLedger ledger;

  ClickHouseLedgerIT(Stores stores) {
    this.stores = stores;
    this.clickHouse =
        ClickHouse.connect(
            new ClickHouseSettings(
                stores.clickHouseUrl(),
                stores.database(),
                stores.clickHouseUser(),
                stores.clickHousePassword()));
    Schema.apply(clickHouse);
    this.ledger = new ClickHouseLedger(clickHouse);
  }

  @AfterEach
  void close() {
    clickHouse.close();
  }

  @Override
  Ledger ledger() {
    return ledger;
  }

  @Override
  String tenant() {
    return stores.tenant() + "-" + TENANTS.incrementAndGet();
  }

  @Override
  long count(String tenant) {
    return sum(tenant, "count()", "usage_events");
  }

  @Override
  long count(String tenant, String table) {
    return sum(tenant, "count()", table);
  }

  @Test
  void insert_sameBatchTwice_leavesRawAndRollupUnchanged() {
    var tenant = tenant();
    var batch = batch(tenant, "log-" + tenant, 1, 100);
    insert(batch);
    insert(batch);

    assertThat(sum(tenant, "count()", "usage_events")).isEqualTo(100);
    assertThat(sum(tenant, "sum(cost_picos)", "usage_events")).isEqualTo(100 * COST_PICOS);
    assertThat(sum(tenant, "sum(events)", "usage_rollup")).isEqualTo(100);
    assertThat(sum(tenant, "sum(cost_picos)", "usage_rollup")).isEqualTo(100 * COST_PICOS);
    assertThat(sum(tenant, "sum(events)", "latency_hourly")).isEqualTo(100);
    assertThat(sum(tenant, "sum(latency_events)", "latency_hourly")).isEqualTo(100);
    assertThat(sum(tenant, "quantilesDDMerge(0.01, 0.5)(latency_sketch)[1]", "latency_hourly"))
        .isBetween(1_188L, 1_212L);
    assertThat(sum(tenant, "quantilesDDMerge(0.01, 0.5)(first_token_sketch)[1]", "latency_hourly"))
        .isBetween(297L, 303L);
    for (var kind : java.util.List.of("session", "interaction", "trace")) {
      assertThat(sum(tenant, "sumIf(events, kind = '" + kind + "')", "ref_cost")).isEqualTo(100);
      assertThat(sum(tenant, "sumIf(retries, kind = '" + kind + "')", "ref_cost")).isEqualTo(100);
      assertThat(sum(tenant, "sumIf(cost_picos, kind = '" + kind + "')", "ref_cost"))
          .isEqualTo(100 * COST_PICOS);
    }
    assertThat(sum(tenant, "toUnixTimestamp64Milli(min(first_time))", "ref_cost"))
        .isEqualTo(TIME.toEpochMilli());
    assertThat(sum(tenant, "toUnixTimestamp64Milli(max(last_time))", "ref_cost"))
        .isEqualTo(TIME.toEpochMilli() + 99L * 3_600_000);
  }

  @Test
  void insert_sameBatchTwiceWithoutTheRollupsWindow_doublesTheRollup() {
    var tenant = tenant();
    var batch = batch(tenant, "log-" + tenant, 1, 10);
    setRollupWindow(0);
    try {
      insert(batch);
      insert(batch);
    } finally {
      setRollupWindow(20_000);
    }

    assertThat(sum(tenant, "count()", "usage_events")).isEqualTo(10);
    assertThat(sum(tenant, "sum(events)", "usage_rollup"))
        .as("so the test above would notice a missing window")
        .isEqualTo(20);
  }

  @Test
  void schema_appliedAgain_changesNothing() {
    Schema.apply(clickHouse);

    assertThat(
            clickHouse.query(
                "SELECT name FROM schema_steps ORDER BY name", Map.of(), row -> row.text("name")))
        .doesNotHaveDuplicates()
        .startsWith("001_usage_events");
  }

  @Test
  void schema_columnsOfTheTable_areJustThoseThatAreWritten() {
    Tables.columns()
        .forEach((table, columns) -> {
          var written = new ArrayList<>(columns);
          written.addAll(Batch.LOG_COLUMNS);
          assertThat(
                  clickHouse.query(
                      "SELECT name FROM system.columns WHERE database = currentDatabase() AND"
                          + " table = {table:String}",
                      Map.of("table", table),
                      row -> row.text("name")))
              .as(table)
              .containsExactlyInAnyOrderElementsOf(written);
        });
  }

  @Test
  void tables_eachOfThem_haveADeduplicationWindow() {
    var tables = new ArrayList<>(Tables.columns().keySet());
    tables.addAll(java.util.List.of("usage_rollup", "latency_hourly", "ref_cost"));
    for (var table : tables) {
      assertThat(
              clickHouse.query(
                  "SELECT engine_full AS engine FROM system.tables WHERE database ="
                      + " currentDatabase() AND name = {table:String}",
                  Map.of("table", table),
                  row -> row.text("engine")))
          .first()
          .asString()
          .contains("non_replicated_deduplication_window = 20000");
    }
  }

  @Test
  void insert_partsOfABatch_haveTokensOfTheirOwn() {
    assertThat(mixed("acme").parts().stream().map(part -> part.table() + " " + part.token()))
        .containsExactly(
            "cost_lines mixed-acme/6/cost_lines",
            "deployments mixed-acme/6/deployments",
            "outcomes mixed-acme/6/outcomes",
            "usage_events mixed-acme/6");
  }

  @Test
  void insert_outcome_isReadAsItWasSent() {
    var tenant = tenant();
    insert(mixed(tenant));

    assertThat(
            clickHouse.query(
                "SELECT concat(kind, ' ', result, ' ', currency, ' ', toString(value_picos), ' ',"
                    + " toString(quality_score), ' ', toString(outcome_time)) AS line FROM outcomes"
                    + " WHERE tenant_id = {tenant:String} AND outcome_id = 'o1'",
                Map.of("tenant", tenant),
                row -> row.text("line")))
        .containsExactly("resolved SUCCESS USD 1 0.25 2026-07-31 23:30:00.123");
  }

  @Test
  void historyEnd_someEvents_isTheLatest() {
    var tenant = tenant();
    insert(batch(tenant, "log-" + tenant, 1, 2));

    assertThat(ledger.historyEndMillis()).isGreaterThanOrEqualTo(TIME.toEpochMilli() + 3_600_000);
  }

  private void setRollupWindow(int window) {
    clickHouse.execute(
        "ALTER TABLE usage_rollup MODIFY SETTING non_replicated_deduplication_window = " + window);
  }

  private long sum(String tenant, String measure, String table) {
    return clickHouse
        .query(
            "SELECT toInt64(%s) AS value FROM %s WHERE tenant_id = {tenant:String}"
                .formatted(measure, table),
            Map.of("tenant", tenant),
            row -> row.integer("value"))
        .getFirst();
  }

  /// So that a statement of a tenant can't lose its predicate unnoticed.
  @Test
  void statements_allButJobs_areBoundToTheirTenant() {
    var counted = new HashSet<>(Tables.columns().keySet());
    counted.remove(Entry.USER_TABLE);
    assertThat(ClickHouseLedger.KNOWN).containsOnlyKeys(counted);
    ClickHouseLedger.KNOWN
        .values()
        .forEach(statement ->
            assertThat(statement).containsOnlyOnce("WHERE tenant_id = {tenant:String}\n  AND "));
    assertThat(ClickHouseUsers.NAMES)
        .containsOnlyOnce("FROM")
        .contains("FROM control_users AS u\nWHERE u.tenant_id = {tenant:String}\n  AND ");
    assertThat(ClickHouseUsers.ROWS.split("FROM", -1)).hasSize(5);
    assertThat(ClickHouseUsers.ROWS.split("WHERE r.tenant_id = \\{tenant:String}\n      AND ", -1))
        .hasSize(5);
  }
}
