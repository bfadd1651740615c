package dev.tollgate.ingest.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.log.Logged;
import dev.tollgate.ingest.schema.Schema;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What a killed server leaves behind, made by hand: a token that is known without its rows, in the
/// table or in a rollup, and rows of a rollup whose token was forgotten.
@ExtendWith(StoresExtension.class)
class RecountIT {
  private static final AtomicInteger TENANTS = new AtomicInteger();
  private static final List<String> ROLLUPS = List.of("usage_rollup", "latency_hourly", "ref_cost");

  /* Two days and more, which lie in two months. */
  private static final int ROWS = 60;

  private final ClickHouse clickHouse;
  private final ClickHouseLedger ledger;
  private final String tenant;
  private final Batch.Part part;

  RecountIT(Stores stores) {
    this.clickHouse =
        ClickHouse.connect(
            new ClickHouseSettings(
                stores.clickHouseUrl(),
                stores.database(),
                stores.clickHouseUser(),
                stores.clickHousePassword()));
    Schema.apply(clickHouse);
    this.ledger = new ClickHouseLedger(clickHouse);
    this.tenant = stores.tenant() + "-r" + TENANTS.incrementAndGet();
    this.part = part("log-" + tenant);
  }

  private Batch.Part part(String logId) {
    return LedgerContract.batch(tenant, logId, 1, ROWS).parts().getFirst();
  }

  @BeforeEach
  void insert() {
    ledger.insert(part);
    assertExact(ROWS);
  }

  @AfterEach
  void close() {
    clickHouse.close();
  }

  @Test
  void insert_tokenKnownAndRowsLost_isTakenForAdded() {
    lose("usage_events", "1");

    assertThat(ledger.insert(part)).isEqualTo(new Insertion.Taken());
    assertThat(count("usage_events")).as("which is why nobody may believe it").isZero();
    assertThat(ledger.missing(part)).isEqualTo(part.entries());
  }

  @Test
  void recount_afterLostRowsWentOutAgain_isExact() {
    lose("usage_events", "event_time < '2026-08-01'");
    var missing = ledger.missing(part);
    assertThat(missing).isNotEmpty().hasSizeLessThan(ROWS);

    ledger.insert(part.again(missing, 1));
    assertThat(events("usage_rollup")).isEqualTo(ROWS + missing.size());
    ledger.recount(part);

    assertThat(ledger.missing(part)).isEmpty();
    assertExact(ROWS);
  }

  @Test
  void recount_rollupsLostSome_isExact() {
    ROLLUPS.forEach(rollup -> lose(rollup, "1"));
    ledger.insert(part);
    assertThat(events("usage_rollup")).isZero();

    ledger.recount(part);

    assertExact(ROWS);
  }

  @Test
  void recount_rollupsCountedSomeTwice_isExact() {
    for (var rollup : ROLLUPS) {
      clickHouse.execute(
          "INSERT INTO %1$s SELECT * FROM %1$s WHERE tenant_id = '%2$s' SETTINGS insert_deduplicate = 0"
              .formatted(rollup, tenant));
    }
    assertThat(events("usage_rollup")).isEqualTo(2 * ROWS);

    ledger.recount(part);

    assertExact(ROWS);
  }

  @Test
  void recount_otherLogInTheSameHours_isLeftAlone() {
    var between = part.entries().stream().filter(logged -> logged.position() % 2 == 0).toList();
    var rest = part.entries().stream().filter(logged -> logged.position() % 2 == 1).toList();
    ROLLUPS.forEach(rollup -> lose(rollup, "1"));
    lose("usage_events", "1");
    ledger.insert(part.again(rest, 1));
    var other = of("other-" + tenant, between);
    ledger.insert(other);
    lose("usage_rollup", "log_id = '" + other.logId() + "'");
    lose("ref_cost", "log_id = '" + part.logId() + "'");

    ledger.recount(part);

    long half = ROWS / 2;
    assertThat(events("usage_rollup", part.logId())).isEqualTo(half);
    assertThat(events("usage_rollup", other.logId())).as("its own writer's business").isZero();
    assertThat(events("ref_cost", part.logId())).isEqualTo(3 * half);
    assertThat(events("ref_cost", other.logId())).isEqualTo(3 * half);
  }

  private Batch.Part of(String logId, List<Logged> entries) {
    return Batch.Part.of(logId, ROWS, part.table(), part.columns(), entries);
  }

  @Test
  void recount_rowsFromBeforeRollupsKnewTheirLogs_areLeftToARepair() {
    clickHouse.execute(
        "INSERT INTO usage_rollup SELECT * REPLACE ('' AS log_id) FROM usage_rollup"
            + " WHERE tenant_id = '%s'".formatted(tenant));
    lose("usage_rollup", "log_id != ''");

    ledger.recount(part);

    assertThat(events("usage_rollup")).as("not doubled").isEqualTo(ROWS);
  }

  /// As a kill in the middle of a recount leaves it. What the deletion is about to take has come
  /// back meanwhile, so that nothing differs until it has.
  @Test
  void recount_deletionUnderWay_waitsForItsEnd() {
    clickHouse.execute("SYSTEM STOP MERGES usage_rollup");
    clickHouse.execute(
        "DELETE FROM usage_rollup WHERE log_id = '%s' SETTINGS lightweight_deletes_sync = 0"
            .formatted(part.logId()));
    assertExact(ROWS);

    assertThatThrownBy(() -> ledger.recount(part))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.reason()).isEqualTo(Reason.STORE_UNAVAILABLE));
    clickHouse.execute("SYSTEM START MERGES usage_rollup");
    lose("usage_rollup", "0");
    assertThat(events("usage_rollup")).as("deletions come in their order").isZero();
    ledger.recount(part);

    assertExact(ROWS);
  }

  private void assertExact(long rows) {
    assertThat(count("usage_events")).isEqualTo(rows);
    assertThat(events("usage_rollup")).isEqualTo(rows);
    assertThat(sum("cost_picos", "usage_rollup")).isEqualTo(rows * LedgerContract.COST_PICOS);
    assertThat(events("latency_hourly")).isEqualTo(rows);
    assertThat(events("ref_cost")).isEqualTo(3 * rows);
    assertThat(sum("cost_picos", "ref_cost")).isEqualTo(3 * rows * LedgerContract.COST_PICOS);
    assertThat(number("toInt64(quantilesDDMerge(0.01, 0.5)(latency_sketch)[1])", "latency_hourly"))
        .isBetween(1_188L, 1_212L);
  }

  /* The tokens stay known. */
  private void lose(String table, String which) {
    clickHouse.execute(
        "ALTER TABLE %s DELETE WHERE tenant_id = '%s' AND %s SETTINGS mutations_sync = 2"
            .formatted(table, tenant, which));
  }

  private long count(String table) {
    return number("toInt64(count())", table + " FINAL");
  }

  private long events(String table) {
    return sum("events", table);
  }

  private long events(String table, String logId) {
    return number("sumIf(events, log_id = '" + logId + "')", table);
  }

  private long sum(String measure, String table) {
    return number("toInt64(sum(" + measure + "))", table);
  }

  private long number(String measure, String source) {
    return clickHouse
        .query(
            "SELECT %s AS value FROM %s WHERE tenant_id = {tenant:String}"
                .formatted(measure, source),
            Map.of("tenant", tenant),
            row -> row.integer("value"))
        .getFirst();
  }
}
