package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.testkit.Stores;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What ingest-service needs around it, and what can be seen of its work.
final class Rig {
  static final String SERVICE_KEY = "tg_service000000000_" + "s".repeat(32);

  static final String OPERATOR_KEY = "tg_operator00000000_" + "o".repeat(32);

  private final Stores stores;
  private final Peers peers;
  private final Path logDir;

  Rig(Stores stores, Peers peers, Path logDir) {
    this.stores = stores;
    this.peers = peers;
    this.logDir = logDir;
  }

  /// The service's environment, but for ClickHouse.
  static Map<String, String> environment(Peers peers, Path logDir) {
    var variables = new HashMap<String, String>();
    variables.put("TOLLGATE_INGEST_HOST", "127.0.0.1");
    variables.put("TOLLGATE_INGEST_GRPC_PORT", "0");
    variables.put("TOLLGATE_INGEST_HTTP_PORT", "0");
    variables.put("TOLLGATE_INGEST_AUTH_SERVICE_KEY", SERVICE_KEY);
    variables.put("TOLLGATE_INGEST_AUTH_OPERATOR_KEY", OPERATOR_KEY);
    variables.put("TOLLGATE_INGEST_SERVICE_KEY", SERVICE_KEY);
    variables.put("TOLLGATE_INGEST_QUOTA_TARGET", peers.target());
    variables.put("TOLLGATE_INGEST_PRICING_TARGET", peers.target());
    variables.put("TOLLGATE_INGEST_LOG_DIR", logDir.toString());
    variables.put("TOLLGATE_INGEST_LOG_FREE_BYTES_MIN", "0");
    return variables;
  }

  /// The service's environment, with ClickHouse at the address.
  Map<String, String> environment(URI clickHouse) {
    var variables = environment(peers, logDir);
    variables.put("TOLLGATE_INGEST_CLICKHOUSE_URL", clickHouse.toString());
    variables.put("TOLLGATE_INGEST_CLICKHOUSE_DATABASE", stores.database());
    variables.put("TOLLGATE_INGEST_CLICKHOUSE_USER", stores.clickHouseUser());
    variables.put("TOLLGATE_INGEST_CLICKHOUSE_PASSWORD", stores.clickHousePassword().reveal());
    return variables;
  }

  Map<String, String> environment() {
    return environment(stores.clickHouseUrl());
  }

  ClickHouse clickHouse() {
    return ClickHouse.connect(
        new ClickHouseSettings(
            stores.clickHouseUrl(),
            stores.database(),
            stores.clickHouseUser(),
            stores.clickHousePassword()));
  }

  /// How many rows the ledger has, and what they add up to.
  record Totals(long events, long costPicos) {}

  static Totals raw(ClickHouse clickHouse, String tenant) {
    return totals(
        clickHouse,
        tenant,
        "SELECT count() AS events, toInt64(sum(toInt128(cost_picos))) AS cost FROM usage_events"
            + " WHERE tenant_id = {tenant:String}");
  }

  static Totals rollup(ClickHouse clickHouse, String tenant) {
    return totals(
        clickHouse,
        tenant,
        "SELECT sum(events) AS events, toInt64(sum(cost_picos)) AS cost FROM usage_rollup"
            + " WHERE tenant_id = {tenant:String}");
  }

  /// That every rollup says this of the tenant's events, which all name a session and have no
  /// corrections.
  static void assertRollups(ClickHouse clickHouse, String tenant, Totals expected) {
    assertThat(rollup(clickHouse, tenant)).as("usage_rollup").isEqualTo(expected);
    assertThat(
            totals(
                clickHouse,
                tenant,
                "SELECT sum(events) AS events, toInt64(sum(cost_picos)) AS cost FROM ref_cost"
                    + " WHERE tenant_id = {tenant:String} AND kind = 'session'"))
        .as("ref_cost")
        .isEqualTo(expected);
    assertThat(
            totals(
                clickHouse,
                tenant,
                "SELECT sum(events) AS events, toInt64(sum(latency_events)) AS cost"
                    + " FROM latency_hourly WHERE tenant_id = {tenant:String}"))
        .as("latency_hourly: events, and those of known latency")
        .isEqualTo(new Totals(expected.events, expected.events));
    assertThat(
            clickHouse.query(
                "SELECT count() AS rows FROM usage_events WHERE tenant_id = {tenant:String}"
                    + " AND user != '' AND user NOT IN"
                    + " (SELECT surrogate FROM control_users WHERE tenant_id = {tenant:String})",
                Map.of("tenant", tenant),
                row -> row.integer("rows")))
        .as("calls of users whose names are lost")
        .containsExactly(0L);
  }

  static List<String> eventIds(ClickHouse clickHouse, String tenant) {
    return clickHouse.query(
        "SELECT event_id FROM usage_events WHERE tenant_id = {tenant:String} ORDER BY event_id",
        Map.of("tenant", tenant),
        row -> row.text("event_id"));
  }

  static long rows(ClickHouse clickHouse, String tenant, String table) {
    return clickHouse
        .query(
            "SELECT count() AS rows FROM " + table + " WHERE tenant_id = {tenant:String}",
            Map.of("tenant", tenant),
            row -> row.integer("rows"))
        .getFirst();
  }

  private static Totals totals(ClickHouse clickHouse, String tenant, String sql) {
    return clickHouse
        .query(
            sql,
            Map.of("tenant", tenant),
            row -> new Totals(row.integer("events"), row.integer("cost")))
        .getFirst();
  }
}
