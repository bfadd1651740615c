package dev.tollgate.quota.recover;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.quota.hold.Counter;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// The ledger in ClickHouse: the rows that ingest wrote, and the lapses that quota did.
final class ClickHouseLedger implements Ledger {
  private static final Map<String, String> BOUNDS =
      Map.of(
          "max_execution_time", "50",
          "max_memory_usage", "4000000000",
          "max_bytes_before_external_group_by", "1000000000");

  private final ClickHouse clickHouse;
  private final ClickHouseLapses lapses;

  ClickHouseLedger(ClickHouse clickHouse, ClickHouseLapses lapses) {
    this.clickHouse = clickHouse;
    this.lapses = lapses;
  }

  /* Ingest stores a log in its order, batch by batch. */
  @Override
  public Map<String, Long> positions(String tenant) {
    var positions = new HashMap<String, Long>();
    if (hasEvents()) {
      clickHouse.query(
          """
          SELECT toString(log_id) AS log, toInt64(max(log_position)) AS position FROM usage_events
          WHERE tenant_id = {tenant:String} GROUP BY log
          """,
          Map.of("tenant", tenant),
          BOUNDS,
          row -> positions.put(row.text("log"), row.integer("position")));
    }
    return positions;
  }

  /* The table is made by ingest, which may never have been started. */
  private boolean hasEvents() {
    return clickHouse
        .query("EXISTS TABLE usage_events", Map.of(), row -> row.flag("result"))
        .getFirst();
  }

  @Override
  public void lines(LedgerQuestion question, Consumer<LedgerLine> consumer) {
    var statement = new LedgerStatement(question);
    ask(question, statement, statement.lines(), row -> consumer.accept(statement.line(row)));
  }

  @Override
  public void unknown(LedgerQuestion question, Consumer<LedgerCall> consumer) {
    var statement = new LedgerStatement(question);
    ask(question, statement, statement.unknown(), row -> consumer.accept(statement.call(row)));
  }

  @Override
  public void calls(LedgerQuestion question, Consumer<LedgerCall> consumer) {
    var statement = new LedgerStatement(question);
    ask(question, statement, statement.calls(), row -> consumer.accept(statement.call(row)));
  }

  private void ask(
      LedgerQuestion question, LedgerStatement statement, String sql, Consumer<Row> consumer) {
    if (!question.through().isEmpty()) {
      clickHouse.query(
          sql,
          statement.parameters(),
          BOUNDS,
          row -> {
            consumer.accept(row);
            return Boolean.TRUE;
          });
    }
  }

  @Override
  public Map<Counter, Long> lapsed(String tenant, Instant since, Map<String, Long> through) {
    return lapses.charged(tenant, since, through);
  }
}
