package dev.tollgate.ingest.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.Await;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Weeks and months of rollups that nothing is added to. A second stands for the hour.
@ExtendWith(StoresExtension.class)
class ClosedWeekIT {
  private static final List<String> ROLLUPS = List.of("usage_rollup", "latency_hourly", "ref_cost");
  private static final String CALL =
      """
      INSERT INTO usage_events (
        tenant_id, event_id, sign, event_time, session, latency_millis, cost_picos)
      SELECT 'acme', {id:String}, 1, toDateTime64('2026-03-03 10:00:00', 3, 'UTC'), 's', 5, 7
      """;

  private final ClickHouse clickHouse;

  ClosedWeekIT(Stores stores) {
    clickHouse =
        ClickHouse.connect(
            new ClickHouseSettings(
                stores.clickHouseUrl(),
                stores.database() + "_closed",
                stores.clickHouseUser(),
                stores.clickHousePassword()));
    Schema.apply(clickHouse);
  }

  @AfterEach
  void close() {
    clickHouse.close();
  }

  @Test
  void rollup_nothingAddedForAWhile_isOnePartWithTheSameSums() {
    for (var rollup : ROLLUPS) {
      assertThat(settings(rollup))
          .contains("min_age_to_force_merge_seconds = 3600")
          .contains("min_age_to_force_merge_on_partition_only = 1");
      clickHouse.define(
          "ALTER TABLE " + rollup + " MODIFY SETTING min_age_to_force_merge_seconds = 1");
    }
    // Fewer than the usual merges would bother with.
    for (var id : List.of("e1", "e2", "e3")) {
      clickHouse.execute(CALL.replace("{id:String}", "'" + id + "'"));
    }

    for (var rollup : ROLLUPS) {
      Await.until(rollup + " is one part", () -> parts(rollup) == 1);
      assertThat(number("SELECT sum(events) AS said FROM " + rollup)).isEqualTo(3);
      assertThat(number("SELECT count() AS said FROM " + rollup)).isEqualTo(1);
    }
  }

  private String settings(String table) {
    return clickHouse
        .query(
            "SELECT engine_full AS said FROM system.tables"
                + " WHERE database = currentDatabase() AND name = {table:String}",
            Map.of("table", table),
            row -> row.text("said"))
        .getFirst();
  }

  private long parts(String table) {
    return number(
        "SELECT count() AS said FROM system.parts WHERE active AND database = currentDatabase()"
            + " AND table = '%s'".formatted(table));
  }

  private long number(String select) {
    return clickHouse.query(select, Map.of(), row -> row.integer("said")).getFirst();
  }
}
