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
/// `log/format-6.log` holds a record of every kind: a batch of a user's name, outcomes, a
/// deployment, a cost line and usage, which is committed, and one of a correction and nine events,
/// which is sealed and split.
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
  }

  private static Path copy(int format, Path home) throws IOException {
    var file = Files.createDirectories(home).resolve("00000000000000000001.log");
    try (var segment = OldLogIT.class.getResourceAsStream("/log/format-%d.log".formatted(format))) {
      Files.copy(segment, file);
    }
    return home;
  }

  @AfterEach
  void stop() {
    clickHouse.close();
    peers.close();
  }

  @Test
  void open_format3_replaysEveryRecordAndGoesOnInANewSegment() throws IOException {
    copy(3, dir);
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

  /* What names the event stood before what it is attributed to. */
  private static List<String> columnsThen() {
    var names = new ArrayList<>(UsageRow.columnNames());
    names.removeAll(List.of("attribution_rule", "filled_dimensions", "backfilled"));
    var identity = List.of("tenant_id", "event_id", "checked_at", "fingerprint");
    names.removeAll(identity);
    names.addAll(names.indexOf("customer"), identity);
    return names;
  }

  @Test
  void write_format3_bringsWhatIsNotCommittedIntoTheLedgerOnce() throws Exception {
    for (int start = 0; start < 2; start++) {
      write(copy(3, dir.resolve("start-" + start)), 27);
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

  @Test
  void open_format6_replaysARecordOfEachKind() throws IOException {
    copy(6, dir);
    var replayed = new ArrayList<Logged>();
    try (var log = open(replayed)) {
      assertThat(log.logId()).isEqualTo("log-of-format-6");
      assertThat(log.append(List.of(new Entry.GiveBack(TENANT, "another"))).join()).isEqualTo(24);
    }
    assertThat(replayed.stream().map(logged -> logged.entry().getClass().getSimpleName()))
        .containsExactly(
            "User",
            "Fact",
            "Fact",
            "Fact",
            "Fact",
            "Usage",
            "Usage",
            "Seal",
            "Commit",
            "GiveBack",
            "Correction",
            "Settled",
            "Usage",
            "Usage",
            "Usage",
            "Usage",
            "Usage",
            "Usage",
            "Usage",
            "Usage",
            "Usage",
            "Seal",
            "Split");
    assertThat(reopened()).hasSize(24);
  }

  @Test
  void write_format6_bringsTheSplitBatchIntoTheLedgerOnce() throws Exception {
    for (int start = 0; start < 2; start++) {
      write(copy(6, dir.resolve("start-" + start)), 23);
    }

    // Nine charges, and a charge's reversal and its adjustment to no known cost.
    assertThat(
            clickHouse
                .query(
                    "SELECT count() AS events, toInt64(sum(toInt128(cost_picos) * sign)) AS cost"
                        + " FROM usage_events WHERE tenant_id = {tenant:String}",
                    Map.of("tenant", "of-a-log"),
                    row -> new Rig.Totals(row.integer("events"), row.integer("cost")))
                .getFirst())
        .isEqualTo(new Rig.Totals(11, 8 * COST_PICOS));
    assertThat(Rig.eventIds(clickHouse, "of-a-log"))
        .containsExactly("e0", "e0", "e10", "e11", "e12", "e13", "e14", "e15", "e16", "e17", "e18");
  }

  private void write(Path home, long through) throws Exception {
    var state = new LogState();
    try (var log =
            SegmentLog.open(
                new LogSettings(home, 1 << 20, 1 << 30, 0),
                Tables.columns(),
                TimeSource.SYSTEM,
                () -> new SegmentLog.Birth("unused", 0),
                state);
        var workshop =
            Workshop.start(
                home,
                log,
                state,
                new ClickHouseLedger(clickHouse),
                new BatchLimits(1_000, 1 << 20, Duration.ofMillis(1)))) {
      Await.until("all stored", () -> workshop.writer().storedThrough() >= through);
    }
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
