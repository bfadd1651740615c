package dev.tollgate.query.cost;

import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.data.ClickHouseFormat;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.ingest.schema.Schema;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.kernel.dimension.Surrogate;
import dev.tollgate.testkit.Stores;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/// A ledger with the schema that ingest makes, which a test fills.
@NullMarked
public final class TestLedger implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  final ClickHouse clickHouse;

  private TestLedger(ClickHouse clickHouse) {
    this.clickHouse = clickHouse;
  }

  public static ClickHouseSettings settings(Stores stores) {
    return new ClickHouseSettings(
        stores.clickHouseUrl(),
        stores.database(),
        stores.clickHouseUser(),
        stores.clickHousePassword());
  }

  public static TestLedger open(Stores stores) {
    var clickHouse = ClickHouse.connect(settings(stores));
    Schema.apply(clickHouse);
    return new TestLedger(clickHouse);
  }

  void insert(List<LedgerRow> rows) throws Exception {
    var events = new StringBuilder();
    var users = new StringBuilder();
    for (var row : rows) {
      events.append(JSON.writeValueAsString(json(row))).append('\n');
      var name = row.value("user");
      if (!name.isEmpty()) {
        var user =
            Map.of(
                "tenant_id", row.tenant(),
                "surrogate", surrogate(row.tenant(), name),
                "name", name);
        users.append(JSON.writeValueAsString(user)).append('\n');
      }
    }
    insert("control_users", users);
    insert("usage_events", events);
  }

  /// Stores rows as their table has them; columns that a row does not name have their defaults.
  public void insert(String table, List<Map<String, Object>> rows) throws Exception {
    var lines = new StringBuilder();
    for (var row : rows) {
      lines.append(JSON.writeValueAsString(row)).append('\n');
    }
    insert(table, lines);
  }

  public ClickHouse clickHouse() {
    return clickHouse;
  }

  /// Stores entries as the ledger's columns have them; a user is named by the name.
  public void insertEntries(List<Map<String, Object>> entries) throws Exception {
    var events = new StringBuilder();
    var users = new StringBuilder();
    for (var entry : entries) {
      var stored = new LinkedHashMap<>(entry);
      var tenant = entry.getOrDefault("tenant_id", "").toString();
      var name = entry.getOrDefault("user", "").toString();
      stored.put("user", surrogate(tenant, name));
      events.append(JSON.writeValueAsString(stored)).append('\n');
      if (!name.isEmpty()) {
        var user = Map.of("tenant_id", tenant, "surrogate", surrogate(tenant, name), "name", name);
        users.append(JSON.writeValueAsString(user)).append('\n');
      }
    }
    insert("control_users", users);
    insert("usage_events", events);
  }

  private void insert(String table, StringBuilder lines) throws Exception {
    var settings = new InsertSettings().serverSetting("async_insert", "0");
    clickHouse
        .inserts()
        .insert(
            table,
            new ByteArrayInputStream(lines.toString().getBytes(StandardCharsets.UTF_8)),
            ClickHouseFormat.JSONEachRow,
            settings)
        .get()
        .close();
  }

  @Override
  public void close() {
    clickHouse.close();
  }

  /// What stands for the name, of this ledger's own making: readers know none but those that it
  /// names.
  public static String surrogate(String tenant, String name) {
    try {
      var hash = MessageDigest.getInstance("SHA-256");
      hash.update(tenant.getBytes(StandardCharsets.UTF_8));
      return name.isEmpty() ? "" : Surrogate.of(hash.digest(name.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /// Stores a call that came through a log.
  void receive(String tenant, String log, String eventTime, String receivedTime) throws Exception {
    var json =
        Map.of(
            "tenant_id",
            tenant,
            "event_id",
            log + eventTime,
            "sign",
            1,
            "event_time",
            eventTime.replace("T", " ").replace("Z", ""),
            "received_time",
            receivedTime.replace("T", " ").replace("Z", ""),
            "currency",
            "USD",
            "log_id",
            log);
    insert("usage_events", new StringBuilder(JSON.writeValueAsString(json)));
  }

  /// Forgets whose the name's surrogate is.
  public void erase(String tenant, String name) {
    clickHouse.execute(
        """
        INSERT INTO control_erasures (tenant_id, surrogate)
        SELECT {tenant:String}, {surrogate:String}
        """,
        Map.of("tenant", tenant, "surrogate", surrogate(tenant, name)),
        Map.of());
  }

  private static Map<String, Object> json(LedgerRow row) {
    var json = new LinkedHashMap<String, Object>();
    json.put("tenant_id", row.tenant());
    json.put("event_id", row.eventId());
    json.put("entry_seq", row.entrySeq());
    json.put("entry_kind", row.sign() < 0 ? "REVERSAL" : "CHARGE");
    json.put("sign", row.sign());
    json.put("event_time", row.time().toString().replace("T", " ").replace("Z", ""));
    json.putAll(row.dimensions());
    json.put("user", surrogate(row.tenant(), row.value("user")));
    json.put("tags", row.tags());
    json.put("currency", row.currency());
    json.put("cost_picos", row.costPicos());
    json.put("list_cost_picos", row.listCostPicos());
    json.put("attempt", row.attempt().number());
    json.put("latency_millis", row.attempt().latencyMillis());
    json.put("time_to_first_token_millis", row.attempt().firstTokenMillis());
    json.put("usage", row.attempt().usage());
    json.put("charge_status", row.chargeStatus());
    json.put("terminal_status", row.terminalStatus());
    json.put("input_tokens", row.tokens().input());
    json.put("cache_read_tokens", row.tokens().cacheRead());
    json.put("cache_write_tokens", row.tokens().cacheWrite());
    json.put("output_tokens", row.tokens().output());
    json.put("reasoning_tokens", row.tokens().reasoning());
    return json;
  }
}
