package dev.tollgate.quota.backtest;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.ledger.DimensionSql;
import dev.tollgate.rating.ChargeStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The calls as ingest wrote them to ClickHouse.
public final class ClickHouseHistory implements History {
  /* Rows are found by the time of their event, which the table is ordered by, and asked for by that
  of their check. The two lie no further apart than a hold may be open. */
  private static final Duration CHECK_TO_EVENT_MAX = Duration.ofDays(1);

  private static final Map<String, String> BOUNDS =
      Map.of(
          "max_execution_time", "50",
          "max_memory_usage", "2000000000",
          "max_bytes_before_external_sort", "500000000");

  private static final List<String> UNKNOWN_COST =
      Arrays.stream(ChargeStatus.values())
          .filter(ChargeStatus::isUnknown)
          .map(ChargeStatus::name)
          .toList();

  private static final String CONDITIONS =
      """
      WHERE tenant_id = {tenant:String} AND entry_seq = 0
        AND event_time >= {event_since:DateTime64(3, 'UTC')}
        AND event_time < {event_until:DateTime64(3, 'UTC')}
        AND checked_at >= {since:DateTime64(3, 'UTC')}
        AND checked_at < {until:DateTime64(3, 'UTC')}\
      """;

  private final ClickHouse clickHouse;

  public ClickHouseHistory(ClickHouse clickHouse) {
    this.clickHouse = clickHouse;
  }

  @Override
  public List<Hour> hours(Question question) {
    if (!hasEvents()) {
      return List.of();
    }
    var parameters = parameters(question, question.since(), question.until());
    var pins = new DimensionSql(parameters).have(question.pins());
    return clickHouse.query(
        "SELECT toStartOfHour(checked_at) AS hour, toInt64(count()) AS calls\nFROM usage_events\n"
            + CONDITIONS
            + pins
            + "\nGROUP BY hour ORDER BY hour",
        parameters,
        BOUNDS,
        row -> new Hour(row.instant("hour"), row.integer("calls")));
  }

  @Override
  public List<PastCall> page(Question question, Place after, Instant until, int size) {
    var parameters = parameters(question, after.checkTime(), until);
    parameters.put("after_id", after.eventId());
    parameters.put("size", size);
    parameters.put("unknown", UNKNOWN_COST);
    var dimensions = new DimensionSql(parameters);
    var sql =
        """
        SELECT event_id, checked_at%s,
          toString(service_tier) AS tier,
          requested_max_output_tokens AS requested,
          toString(currency) AS currency_code,
          charge_status IN {unknown:Array(String)} AS unknown_cost,
          if(unknown_cost, 0, quota_nanos) AS nanos,
          input_tokens + cache_read_tokens + cache_write_tokens AS input,
          output_tokens + reasoning_tokens AS output
        """
                .formatted(dimensions.columns(question.dimensions()))
            + "FROM "
            + DimensionSql.rows(question.dimensions())
            + "\n"
            + CONDITIONS
            + dimensions.have(question.pins())
            + """
             AND (checked_at, event_id) > ({since:DateTime64(3, 'UTC')}, {after_id:String})
            ORDER BY checked_at, event_id
            LIMIT {size:UInt64}
            """;
    return clickHouse.query(sql, parameters, BOUNDS, row -> call(question, row));
  }

  private static PastCall call(Question question, Row row) {
    return new PastCall(
        row.text("event_id"),
        row.instant("checked_at"),
        DimensionSql.read(question.dimensions(), row::text),
        row.text("tier"),
        row.integer("requested"),
        row.text("currency_code"),
        row.flag("unknown_cost"),
        new Spend(row.integer("nanos"), row.integer("input"), row.integer("output")));
  }

  private static Map<String, Object> parameters(Question question, Instant since, Instant until) {
    var parameters = new HashMap<String, Object>();
    parameters.put("tenant", question.tenant());
    parameters.put("since", since);
    parameters.put("until", until);
    parameters.put("event_since", notBeforeEpoch(since.minus(CHECK_TO_EVENT_MAX)));
    parameters.put("event_until", until.plus(CHECK_TO_EVENT_MAX));
    return parameters;
  }

  private static Instant notBeforeEpoch(Instant instant) {
    return instant.isBefore(Instant.EPOCH) ? Instant.EPOCH : instant;
  }

  /* The table is made by ingest, which may never have been started. */
  private boolean hasEvents() {
    return clickHouse
        .query("EXISTS TABLE usage_events", Map.of(), row -> row.flag("result"))
        .getFirst();
  }
}
