package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.proto.ingest.v1.CheckLedgerRequest;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.LedgerDrift;
import dev.tollgate.proto.ingest.v1.LedgerServiceGrpc;
import dev.tollgate.proto.ingest.v1.RepairLedgerRequest;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Rollups that lost something, and what becomes of them.
@ExtendWith(StoresExtension.class)
class DriftIT {
  private static final Instant YESTERDAY = TimeSource.SYSTEM.now().minus(Duration.ofHours(26));
  private static final int EVENTS = 100;

  @Test
  void repair_rowsMissingWhileEventsKeepComing_isExactAgain(Stores stores, @TempDir Path dir)
      throws Exception {
    var tenant = stores.tenant();
    try (var peers = Peers.start();
        var clickHouse = new Rig(stores, peers, dir).clickHouse()) {
      var environment = new Rig(stores, peers, dir.resolve("log")).environment();
      try (var service =
              IngestService.start(
                  IngestSettings.from(environment), TimeSource.SYSTEM, new SecureRandom());
          var metrics = new Metrics(service.httpPort());
          var peer = RepricingRig.peer(service.grpcPort(), Rig.OPERATOR_KEY);
          var sender = Sender.open(service.grpcPort(), tenant)) {
        Ready.await(service.grpcPort());
        var ledger = LedgerServiceGrpc.newBlockingStub(peer.channel());
        send(sender, "first", YESTERDAY);
        Await.until("stored", () -> Rig.raw(clickHouse, tenant).events() == EVENTS);
        assertThat(drifts(ledger)).isEmpty();

        loseRows(clickHouse);
        assertThat(drifts(ledger))
            .extracting(LedgerDrift::getRollup)
            .contains("usage_rollup", "latency_hourly", "ref_cost");
        assertThat(drifts(ledger))
            .filteredOn(drift -> drift.getRollup().equals("usage_rollup"))
            .filteredOn(drift -> drift.getMeasure().equals("events"))
            .singleElement()
            .satisfies(drift -> {
              assertThat(drift.getInRollup()).isEqualTo("0");
              assertThat(drift.getInLedger()).isEqualTo(Integer.toString(EVENTS));
            });
        assertThat(metrics.gauge("ingest_rollup_drifts")).isPositive();

        var stop = new AtomicBoolean();
        var traffic = CompletableFuture.supplyAsync(() -> keepSending(sender, stop));
        var repair =
            ledger.repairLedger(RepairLedgerRequest.newBuilder().setReason("a test").build());
        stop.set(true);
        var total = EVENTS + traffic.get();
        assertThat(repair.getPartitions()).isGreaterThanOrEqualTo(3);
        Await.until("all stored", () -> Rig.raw(clickHouse, tenant).events() == total);
        Await.until("nothing unstored", () -> metrics.gauge("ingest_events_unstored") == 0);
        Rig.assertRollups(clickHouse, tenant, new Rig.Totals(total, total * Events.COST_PICOS));
        assertThat(drifts(ledger)).isEmpty();
        assertThat(metrics.gauge("ingest_rollup_drifts")).isZero();
        assertThat(
                ledger
                    .repairLedger(RepairLedgerRequest.newBuilder().setReason("again").build())
                    .getPartitions())
            .isZero();
      }
    }
  }

  private static void loseRows(ClickHouse clickHouse) {
    for (var table : List.of("usage_rollup", "latency_hourly", "ref_cost")) {
      clickHouse.execute("ALTER TABLE " + table + " DELETE WHERE 1 SETTINGS mutations_sync = 1");
    }
  }

  private static List<LedgerDrift> drifts(LedgerServiceGrpc.LedgerServiceBlockingStub ledger) {
    return ledger.checkLedger(CheckLedgerRequest.getDefaultInstance()).getDriftsList();
  }

  private static long keepSending(Sender sender, AtomicBoolean stop) {
    try {
      var sent = 0;
      for (int round = 0; round < 3 || !stop.get(); round++) {
        send(sender, "more-" + round, YESTERDAY);
        sent += EVENTS;
      }
      return sent;
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  private static void send(Sender sender, String prefix, Instant time) throws Exception {
    var events =
        IntStream.range(0, EVENTS)
            .mapToObj(i -> Events.event(prefix + "-" + i, time).build())
            .toArray(UsageEvent[]::new);
    assertThat(sender.statuses(events)).containsOnly(EventStatus.EVENT_STATUS_ACCEPTED);
  }
}
