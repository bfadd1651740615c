package dev.tollgate.quota.recover;

import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.data.ClickHouseFormat;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.ingest.schema.Schema;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.kernel.dimension.Surrogate;
import dev.tollgate.testkit.Stores;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/// A ledger with the schema that ingest makes, which a test fills.
@NullMarked
public final class TestLedger implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  public final ClickHouse clickHouse;

  public TestLedger(Stores stores) {
    clickHouse =
        ClickHouse.connect(
            new ClickHouseSettings(
                stores.clickHouseUrl(),
                stores.database(),
                stores.clickHouseUser(),
                stores.clickHousePassword()));
    Schema.apply(clickHouse);
  }

  public void insert(List<LedgerRow> rows) throws Exception {
    insert(rows, false);
  }

  /// Calls of the past that were brought in later.
  void insertHistory(List<LedgerRow> rows) throws Exception {
    insert(rows, true);
  }

  private void insert(List<LedgerRow> rows, boolean isHistory) throws Exception {
    var events = new StringBuilder();
    var users = new StringBuilder();
    for (var row : rows) {
      var json = json(row);
      json.put("backfilled", isHistory ? 1 : 0);
      events.append(JSON.writeValueAsString(json)).append('\n');
      var name = row.dimensions().getUser();
      if (!name.isEmpty()) {
        var user = Map.of("tenant_id", row.tenant(), "surrogate", json.get("user"), "name", name);
        users.append(JSON.writeValueAsString(user)).append('\n');
      }
    }
    insert("control_users", users);
    insert("usage_events", events);
  }

  private void insert(String table, StringBuilder lines) throws Exception {
    clickHouse
        .inserts()
        .insert(
            table,
            new ByteArrayInputStream(lines.toString().getBytes(StandardCharsets.UTF_8)),
            ClickHouseFormat.JSONEachRow,
            new InsertSettings().serverSetting("async_insert", "0"))
        .get()
        .close();
  }

  private static Map<String, Object> json(LedgerRow row) {
    var json = new LinkedHashMap<String, Object>();
    json.put("tenant_id", row.tenant());
    json.put("event_id", row.log() + "-" + row.position());
    json.put("entry_kind", "CHARGE");
    json.put("sign", 1);
    json.put("event_time", time(row.time()));
    json.put("checked_at", time(row.time()));
    for (var name : Dimension.names()) {
      json.put(name, Dimension.of(name).orElseThrow().read(row.dimensions()));
    }
    json.put("user", surrogate(row.tenant(), row.dimensions().getUser()));
    json.put("tags", row.dimensions().getTagsMap());
    json.put("currency", row.unknownCost() ? "" : row.currency());
    json.put("charge_status", row.unknownCost() ? "UNPRICED_MODEL" : "PRICED");
    json.put("quota_nanos", row.unknownCost() ? 0 : row.spend().costNanos());
    json.put("input_tokens", row.spend().inputTokens() / 2);
    json.put("cache_read_tokens", row.spend().inputTokens() - row.spend().inputTokens() / 2);
    json.put("output_tokens", row.spend().outputTokens() / 3);
    json.put("reasoning_tokens", row.spend().outputTokens() - row.spend().outputTokens() / 3);
    json.put("reservation_id", row.token());
    json.put("log_id", row.log());
    json.put("log_position", row.position());
    return json;
  }

  /* Of this ledger's own making: readers know none but those that it names. */
  private static String surrogate(String tenant, String name) {
    try {
      var hash = MessageDigest.getInstance("SHA-256");
      hash.update(tenant.getBytes(StandardCharsets.UTF_8));
      return name.isEmpty() ? "" : Surrogate.of(hash.digest(name.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
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

  static String time(Instant instant) {
    return instant.toString().replace("T", " ").replace("Z", "");
  }

  @Override
  public void close() {
    clickHouse.close();
  }
}
