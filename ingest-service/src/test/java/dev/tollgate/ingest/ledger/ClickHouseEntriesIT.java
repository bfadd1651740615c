package dev.tollgate.ingest.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.schema.Schema;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StoresExtension.class)
class ClickHouseEntriesIT extends EntriesContract {
  private static final AtomicInteger TENANTS = new AtomicInteger();

  private final Stores stores;
  private final ClickHouse clickHouse;

  ClickHouseEntriesIT(Stores stores) {
    this.stores = stores;
    this.clickHouse =
        ClickHouse.connect(
            new ClickHouseSettings(
                stores.clickHouseUrl(),
                stores.database(),
                stores.clickHouseUser(),
                stores.clickHousePassword()));
    Schema.apply(clickHouse);
  }

  @AfterEach
  void close() {
    clickHouse.close();
  }

  @Override
  Ledger ledger() {
    return new ClickHouseLedger(clickHouse);
  }

  @Override
  Entries entries() {
    return new ClickHouseEntries(clickHouse);
  }

  @Override
  String tenant() {
    return stores.tenant() + "-" + TENANTS.incrementAndGet();
  }

  @Override
  void merge() {
    clickHouse.execute("OPTIMIZE TABLE usage_events FINAL");
  }

  @Test
  void rollups_correctedEvent_countItsCostAnewAndItsLatencyOnce() {
    var tenant = tenant();
    insert(List.of(usage(tenant, "e1", TIME, "gpt-4o")));
    assertThat(rollups(tenant)).containsExactly("1 1 12 1 0");
    var charge = entries().read(tenant, EVERYTHING, hour(TIME, false)).getFirst();
    insert(List.of(correction(tenant, charge, TIME)));

    assertThat(rollups(tenant)).containsExactly("1 1 0 1 1");
  }

  private List<String> rollups(String tenant) {
    return clickHouse.query(
        "SELECT concat(toString((SELECT sum(events) FROM latency_hourly WHERE tenant_id ="
            + " {tenant:String})), ' ', toString(sum(events)), ' ', toString(sum(cost_picos)), ' ',"
            + " toString(countDistinct(ref)), ' ', toString(sum(unpriced_events))) AS line FROM"
            + " ref_cost WHERE tenant_id = {tenant:String} AND kind = 'session'",
        Map.of("tenant", tenant),
        row -> row.text("line"));
  }

  @Test
  void schema_lastStepRunTwice_doesNoHarm() {
    clickHouse.execute(Statement.read("/schema/004_usage_events_repricing.sql"));

    assertThat(
            clickHouse.query(
                "SELECT sorting_key FROM system.tables WHERE database = currentDatabase() AND name"
                    + " = 'usage_events'",
                Map.of(),
                row -> row.text("sorting_key")))
        .first()
        .asString()
        .endsWith("event_id, entry_seq, origin_time");
  }

  /// So that a statement of a tenant can't lose its predicate unnoticed.
  @Test
  void statements_allButJobs_areBoundToTheirTenant() {
    for (var statement : List.of("/sql/event_hours.sql", "/sql/event_entries.sql")) {
      assertThat(Statement.read(statement)).contains("WHERE e.tenant_id = {tenant:String}\n  AND");
    }
  }
}
