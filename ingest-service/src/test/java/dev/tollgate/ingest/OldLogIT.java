package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.encode.Tables;
import dev.tollgate.ingest.encode.UsageRow;
import dev.tollgate.ingest.ledger.ClickHouseLedger;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.LogSettings;
import dev.tollgate.ingest.log.LogState;
import dev.tollgate.ingest.log.Logged;
import dev.tollgate.ingest.log.SegmentLog;
import dev.tollgate.ingest.schema.Schema;
import dev.tollgate.ingest.write.BatchLimits;
import dev.tollgate.ingest.write.Workshop;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Segments that earlier releases wrote, byte for byte: `log/format-3.log` knows rows of usage
/// only. It holds 20 events in two sealed batches, of which the first is committed, then a hold
/// given back, a correction of the first event, one more event and a settled position.
@ExtendWith(StoresExtension.class)
class OldLogIT {
  private static final String TENANT = "of-an-old-log";
  private static final long COST_PICOS = 12_000;

  @TempDir Path dir;
  private final Stores stores;
  private Peers peers;
  private ClickHouse clickHouse;

  OldLogIT(Stores stores) {
    this.stores = stores;
  }

  @BeforeEach
  void start() throws Exception {
    peers = Peers.start();
    clickHouse = new Rig(stores, peers, dir).clickHouse();
    Schema.apply(clickHouse);
    try (var segment = OldLogIT.class.getResourceAsStream("/log/format-3.log")) {
      Files.copy(segment, dir.resolve("00000000000000000001.log"));
    }
  }

  @AfterEach
  void stop() {
    clickHouse.close();
    peers.close();
  }

  @Test
  void open_format3_replaysEveryRecordAndGoesOnInANewSegment() throws IOException {
    var replayed = new ArrayList<Logged>();
    try (var log = open(replayed)) {
      assertThat(log.logId()).isEqualTo("old-log");
      assertThat(log.append(List.of(new Entry.GiveBack(TENANT, "another"))).join()).isEqualTo(28);
      try (var cursor = log.read(27)) {
        cursor.next(Duration.ZERO);
        assertThat(cursor.columns()).isEqualTo(Map.of(Entry.USAGE_TABLE, columnsThen()));
        cursor.next(Duration.ZERO);
        assertThat(cursor.columns()).isEqualTo(Tables.columns());
      }
    }
    assertThat(replayed.stream().map(logged -> logged.entry().getClass().getSimpleName()))
        .hasSize(27)
        .containsSubsequence(
            "Seal", "Commit", "Seal", "GiveBack", "Correction", "Usage", "Settled");
    assertThat(replayed.getFirst().entry())
        .isInstanceOfSatisfying(
            Entry.Usage.class,
            usage -> {
              assertThat(usage.id()).isEqualTo("e0");
              assertThat(usage.debit())
                  .usingRecursiveComparison()
                  .isEqualTo(new Entry.Debit("", false, "USD", COST_PICOS / 1_000, 10, 0));
            });
    assertThat(reopened()).hasSize(28);
  }

  private static List<String> columnsThen() {
    return UsageRow.columnNames().stream()
        .filter(name -> !name.equals("attribution_rule") && !name.equals("backfilled"))
        .toList();
  }

  @Test
  void write_format3_bringsWhatIsNotCommittedIntoTheLedgerOnce() throws Exception {
    for (int start = 0; start < 2; start++) {
      var state = new LogState();
      var copy = Files.createDirectories(dir.resolve("start-" + start));
      Files.copy(dir.resolve("00000000000000000001.log"), copy.resolve("00000000000000000001.log"));
      try (var log =
          SegmentLog.open(
              new LogSettings(copy, 1 << 20, 1 << 30, 0),
              Tables.columns(),
              TimeSource.SYSTEM,
              () -> new SegmentLog.Birth("unused", 0),
              state)) {
        try (var workshop =
            Workshop.start(
                copy,
                log,
                state,
                new ClickHouseLedger(clickHouse),
                new BatchLimits(1_000, 1 << 20, Duration.ofMillis(1)))) {
          Await.until("all stored", () -> workshop.writer().storedThrough() >= 27);
        }
      }
    }

    // 11 charges, and a reversal and an adjustment of 15,000 picos of an event of the first batch.
    assertThat(
            clickHouse
                .query(
                    "SELECT count() AS events, toInt64(sum(toInt128(cost_picos) * sign)) AS cost"
                        + " FROM usage_events WHERE tenant_id = {tenant:String}",
                    Map.of("tenant", TENANT),
                    row -> new Rig.Totals(row.integer("events"), row.integer("cost")))
                .getFirst())
        .isEqualTo(new Rig.Totals(13, 11 * COST_PICOS + 3_000));
    assertThat(Rig.eventIds(clickHouse, TENANT)).contains("e10", "e19", "e20").doesNotContain("e5");
    assertThat(
            clickHouse.query(
                "SELECT DISTINCT batch AS batch FROM usage_events WHERE tenant_id = {tenant:String}"
                    + " ORDER BY batch",
                Map.of("tenant", TENANT),
                row -> row.integer("batch")))
        .as("the sealed batch keeps its name, and so its token")
        .containsExactly(20L, 26L);
  }

  private List<Logged> reopened() throws IOException {
    var replayed = new ArrayList<Logged>();
    open(replayed).close();
    return replayed;
  }

  private SegmentLog open(List<Logged> replayed) throws IOException {
    return SegmentLog.open(
        new LogSettings(dir, 1 << 20, 1 << 30, 0),
        Tables.columns(),
        TimeSource.SYSTEM,
        () -> new SegmentLog.Birth("unused", 0),
        replayed::add);
  }
}
