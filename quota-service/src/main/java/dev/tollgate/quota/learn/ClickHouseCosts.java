package dev.tollgate.quota.learn;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.ledger.DimensionSql;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Costs as ingest wrote them to ClickHouse, checked before or not.
public final class ClickHouseCosts implements Costs {
  private static final Duration CHECK_TO_EVENT_MAX = Duration.ofDays(1);
  private static final Map<String, String> BOUNDS =
      Map.of("max_execution_time", "50", "max_memory_usage", "1000000000");

  private final ClickHouse clickHouse;

  public ClickHouseCosts(ClickHouse clickHouse) {
    this.clickHouse = clickHouse;
  }

  @Override
  public Map<Long, Long> byQuarter(
      String tenant, Budget budget, List<Budget> carved, Instant since, Instant until) {
    var quarters = new HashMap<Long, Long>();
    if (!hasEvents()) {
      return quarters;
    }
    var parameters = new HashMap<String, Object>();
    var sql = sql(budget, carved, new DimensionSql(parameters));
    parameters.put("tenant", tenant);
    parameters.put("since", since);
    parameters.put("until", until);
    parameters.put("event_since", since.minus(CHECK_TO_EVENT_MAX));
    parameters.put("event_until", until.plus(CHECK_TO_EVENT_MAX));
    parameters.put("currency", currency(budget));
    parameters.put("quarter", QUARTER.toSeconds());
    parameters.put("exact_max", CounterUnit.EXACT_MAX);
    clickHouse.query(
        sql, parameters, BOUNDS, row -> quarters.put(row.integer("quarter"), row.integer("nanos")));
    return quarters;
  }

  /* Unknown costs are 0 in the ledger. */
  private static String sql(Budget budget, List<Budget> carved, DimensionSql dimensions) {
    var conditions = new StringBuilder(dimensions.matches(budget.selector()));
    for (var child : carved) {
      conditions.append(" AND NOT (1").append(dimensions.matches(child.selector())).append(")");
    }
    return """
    SELECT intDiv(toUnixTimestamp(checked_at), {quarter:Int64}) AS quarter,
      toInt64(least(sum(toInt128(quota_nanos)), toInt128({exact_max:Int64}))) AS nanos
    FROM usage_events
    WHERE tenant_id = {tenant:String} AND entry_seq = 0 AND currency = {currency:String}
      AND event_time >= {event_since:DateTime64(3, 'UTC')}
      AND event_time < {event_until:DateTime64(3, 'UTC')}
      AND checked_at >= {since:DateTime64(3, 'UTC')} AND checked_at < {until:DateTime64(3, 'UTC')}
     \
    """
        + conditions
        + "\nGROUP BY quarter";
  }

  private static String currency(Budget budget) {
    return budget.limits().stream()
        .filter(Limit::isSpendRate)
        .findFirst()
        .map(Limit::currency)
        .orElseThrow();
  }

  /* The table is made by ingest, which may never have been started. */
  private boolean hasEvents() {
    return clickHouse
        .query("EXISTS TABLE usage_events", Map.of(), row -> row.flag("result"))
        .getFirst();
  }
}
