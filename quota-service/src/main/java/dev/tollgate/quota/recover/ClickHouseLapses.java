package dev.tollgate.quota.recover;

import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.data.ClickHouseFormat;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.kernel.clickhouse.Answers;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.hold.Lapse;
import dev.tollgate.quota.hold.LapseBook;
import dev.tollgate.quota.hold.Seed;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Lapses in `control_hold_charges`, appended with fsync. A lapse that was appended twice counts
/// once. Blocks; safe for concurrent use.
public final class ClickHouseLapses implements LapseBook {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ClickHouse clickHouse;

  private ClickHouseLapses(ClickHouse clickHouse) {
    this.clickHouse = clickHouse;
  }

  /// Opens the table, and makes it where it is missing.
  public static ClickHouseLapses open(ClickHouse clickHouse) {
    clickHouse.define(
        """
        CREATE TABLE IF NOT EXISTS control_hold_charges (
          tenant_id String, reservation_id String, check_time DateTime64(3, 'UTC'),
          expire_time DateTime64(3, 'UTC'), budgets Array(String), units Array(String),
          groups Array(String), starts Array(Int64), ends Array(Int64), amounts Array(Int64),
          write_time DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'))
        ENGINE = MergeTree PARTITION BY toYYYYMM(check_time)
        ORDER BY (tenant_id, check_time, reservation_id)
        SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
        """);
    return new ClickHouseLapses(clickHouse);
  }

  @Override
  public void append(String tenant, List<Lapse> lapses) {
    if (lapses.isEmpty()) {
      return;
    }
    var lines = new StringBuilder();
    lapses.forEach(lapse -> lines.append(json(tenant, lapse)).append('\n'));
    var body = new ByteArrayInputStream(lines.toString().getBytes(StandardCharsets.UTF_8));
    var settings =
        new InsertSettings()
            .serverSetting("async_insert", "0")
            .serverSetting("wait_end_of_query", "1");
    Answers.guarded(() -> {
      clickHouse
          .inserts()
          .insert("control_hold_charges", body, ClickHouseFormat.JSONEachRow, settings)
          .get()
          .close();
      return lapses;
    });
  }

  private static String json(String tenant, Lapse lapse) {
    var row = new LinkedHashMap<String, Object>();
    row.put("tenant_id", tenant);
    row.put("reservation_id", lapse.id().text());
    row.put("check_time", time(lapse.checkTime()));
    row.put("expire_time", time(lapse.expireTime()));
    row.put("budgets", each(lapse, seed -> seed.counter().budgetId()));
    row.put("units", each(lapse, seed -> seed.counter().unit().code()));
    row.put("groups", each(lapse, seed -> seed.counter().group()));
    row.put("starts", each(lapse, seed -> seed.counter().startMillis()));
    row.put("ends", each(lapse, seed -> seed.counter().endMillis()));
    row.put("amounts", each(lapse, Seed::amount));
    try {
      return JSON.writeValueAsString(row);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static List<?> each(Lapse lapse, Function<Seed, Object> part) {
    return lapse.charged().stream().map(part).toList();
  }

  private static String time(Instant instant) {
    return instant.toString().replace("T", " ").replace("Z", "");
  }

  /* A token begins with its kind, one byte, and the reservation's id, 16 bytes. */
  private static String settled(Map<String, Long> through) {
    return through.isEmpty()
        ? ""
        : """
        AND hex(tryBase64URLDecode(reservation_id)) NOT IN (
          SELECT hex(substring(tryBase64URLDecode(reservation_id), 2, 16)) FROM usage_events
          WHERE tenant_id = {tenant:String} AND entry_seq = 0 AND reservation_id != ''
            AND event_time >= {since:DateTime64(3, 'UTC')}
            AND log_position <= {through:Map(String, UInt64)}[toString(log_id)])
        """;
  }

  /// What counters keep of holds that were checked since then and lapsed, except for those that the
  /// ledger has calls of, in the logs up to these positions.
  Map<Counter, Long> charged(String tenant, Instant since, Map<String, Long> through) {
    var charged = new HashMap<Counter, Long>();
    clickHouse.query(
        """
        SELECT budget, unit, group, start, end,
          toInt64(least(sum(toInt128(amount)), toInt128({exact_max:Int64}))) AS charged
        FROM (
          SELECT budgets, units, groups, starts, ends, amounts FROM control_hold_charges
          WHERE tenant_id = {tenant:String} AND check_time >= {since:DateTime64(3, 'UTC')} %s
          LIMIT 1 BY reservation_id, check_time)
        ARRAY JOIN budgets AS budget, units AS unit, groups AS group, starts AS start, ends AS end,
          amounts AS amount
        GROUP BY budget, unit, group, start, end
        """
            .formatted(settled(through)),
        Map.of(
            "tenant", tenant,
            "since", since,
            "through", through,
            "exact_max", CounterUnit.EXACT_MAX),
        row ->
            charged.put(
                new Counter(
                    row.text("budget"),
                    CounterUnit.of(row.text("unit").charAt(0)),
                    row.text("group"),
                    row.integer("start"),
                    row.integer("end")),
                row.integer("charged")));
    return charged;
  }
}
