package dev.tollgate.ingest;

import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_ACCEPTED;
import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_CONFLICT;
import static dev.tollgate.proto.ingest.v1.EventStatus.EVENT_STATUS_DUPLICATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.kernel.peer.PeerSettings;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.ingest.v1.CostLine;
import dev.tollgate.proto.ingest.v1.Deployment;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.FactServiceGrpc;
import dev.tollgate.proto.ingest.v1.FactServiceGrpc.FactServiceBlockingStub;
import dev.tollgate.proto.ingest.v1.Outcome;
import dev.tollgate.proto.ingest.v1.OutcomeResult;
import dev.tollgate.proto.ingest.v1.RecordCostsRequest;
import dev.tollgate.proto.ingest.v1.RecordDeploymentsRequest;
import dev.tollgate.proto.ingest.v1.RecordOutcomesRequest;
import dev.tollgate.secret.Secret;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Facts whose ids only the ledger knows any more, and a ledger that is away.
@ExtendWith(StoresExtension.class)
class FactHistoryIT {
  private static final Instant NOW = TimeSource.SYSTEM.now();
  private static final List<String> TABLES = List.of("outcomes", "deployments", "cost_lines");

  @TempDir Path dir;
  private final Stores stores;
  private final String tenant;
  private Peers peers;
  private CutProxy proxy;
  private ClickHouse clickHouse;

  FactHistoryIT(Stores stores) {
    this.stores = stores;
    this.tenant = stores.tenant() + "-" + Long.toString(TimeSource.SYSTEM.nanoTime(), 36);
  }

  @BeforeEach
  void start() throws Exception {
    peers = Peers.start();
    proxy = new CutProxy(stores.clickHouseUrl());
    clickHouse = new Rig(stores, peers, dir).clickHouse();
  }

  @AfterEach
  void stop() throws Exception {
    clickHouse.close();
    proxy.close();
    peers.close();
  }

  @Test
  void facts_afterTheLogWasLost_areKnownFromTheLedger() throws Exception {
    try (var first = new Running("first")) {
      assertThat(first.outcome("o", NOW)).isEqualTo(EVENT_STATUS_ACCEPTED);
      assertThat(first.deployment("d", NOW)).isEqualTo(EVENT_STATUS_ACCEPTED);
      assertThat(first.cost("c", NOW)).isEqualTo(EVENT_STATUS_ACCEPTED);
      awaitRows(1);
    }
    try (var second = new Running("second")) {
      assertThat(second.outcome("o", NOW)).isEqualTo(EVENT_STATUS_DUPLICATE);
      assertThat(second.outcome("o", NOW.minusMillis(1))).isEqualTo(EVENT_STATUS_CONFLICT);
      assertThat(second.deployment("d", NOW)).isEqualTo(EVENT_STATUS_DUPLICATE);
      assertThat(second.deployment("d", NOW.minusSeconds(86_400 * 90)))
          .isEqualTo(EVENT_STATUS_CONFLICT);
      assertThat(second.cost("c", NOW)).isEqualTo(EVENT_STATUS_DUPLICATE);
      assertThat(second.cost("c", NOW.plusSeconds(86_400 * 90))).isEqualTo(EVENT_STATUS_CONFLICT);
      assertThat(second.cost("c2", NOW)).isEqualTo(EVENT_STATUS_ACCEPTED);
      assertThat(second.outcome("o2", NOW)).isEqualTo(EVENT_STATUS_ACCEPTED);
      assertThat(second.deployment("d2", NOW)).isEqualTo(EVENT_STATUS_ACCEPTED);
      awaitRows(2);
    }
  }

  @Test
  void facts_ledgerAwayThenAnswersLost_areAddedOnceToEachTable() throws Exception {
    try (var running = new Running("log")) {
      running.outcome("before", NOW);
      running.deployment("before", NOW);
      running.cost("before", NOW);
      awaitRows(1);
    }
    try (var running = new Running("another-log")) {
      proxy.become(CutProxy.Mode.CUT);
      assertThat(running.outcome("new", NOW.plusSeconds(1))).isEqualTo(EVENT_STATUS_ACCEPTED);
      assertThat(Failures.reason(CompletableFuture.runAsync(() -> running.cost("new", NOW))))
          .as("its id may be of any age")
          .isEqualTo("STORE_UNAVAILABLE");

      proxy.become(CutProxy.Mode.OPEN);
      Await.until("accepted", () -> isAccepted(running));
      assertThat(running.deployment("new", NOW)).isEqualTo(EVENT_STATUS_ACCEPTED);
      proxy.become(CutProxy.Mode.ANSWERS_LOST);
      assertThat(running.outcome("lost", NOW.plusSeconds(2))).isEqualTo(EVENT_STATUS_ACCEPTED);
      Await.until("stored, unknown to us", () -> proxy.lost() >= 2);
      proxy.become(CutProxy.Mode.OPEN);
      Await.until("stored", () -> Rig.rows(clickHouse, tenant, "outcomes") >= 3);
    }
    assertThat(TABLES.stream().map(table -> Rig.rows(clickHouse, tenant, table)))
        .containsExactly(3L, 2L, 2L);
  }

  /* Connections that were cut may still be in the pool. */
  private static boolean isAccepted(Running running) {
    try {
      return running.cost("new", NOW) == EVENT_STATUS_ACCEPTED;
    } catch (StatusRuntimeException away) {
      return false;
    }
  }

  private void awaitRows(long rows) {
    for (var table : TABLES) {
      Await.until(table, () -> Rig.rows(clickHouse, tenant, table) >= rows);
      assertThat(Rig.rows(clickHouse, tenant, table)).as(table).isEqualTo(rows);
    }
  }

  /// The service with a log of its own.
  private final class Running implements AutoCloseable {
    private final IngestService service;
    private final Peer peer;

    Running(String log) throws Exception {
      service =
          IngestService.start(
              IngestSettings.from(
                  new Rig(stores, peers, dir.resolve(log)).environment(proxy.url())),
              TimeSource.SYSTEM,
              new SecureRandom());
      peer =
          Peer.connect(
              new PeerSettings(
                  "127.0.0.1:" + service.grpcPort(),
                  new Secret(Rig.SERVICE_KEY),
                  new PeerSettings.Trust.Plain()));
      Ready.await(service.grpcPort());
    }

    EventStatus outcome(String id, Instant time) {
      var outcome =
          Outcome.newBuilder()
              .setOutcomeId(id)
              .setOutcomeTime(Events.timestamp(time))
              .setKind("resolved")
              .setResult(OutcomeResult.OUTCOME_RESULT_SUCCESS)
              .setDimensions(Dimensions.newBuilder().setTrace("t"));
      var request = RecordOutcomesRequest.newBuilder().addOutcomes(outcome).build();
      return stub().recordOutcomes(request).getResults(0).getStatus();
    }

    EventStatus deployment(String id, Instant time) {
      var deployment =
          Deployment.newBuilder()
              .setDeploymentId(id)
              .setDeploymentTime(Events.timestamp(time))
              .setService("api");
      var request = RecordDeploymentsRequest.newBuilder().addDeployments(deployment).build();
      return stub().recordDeployments(request).getResults(0).getStatus();
    }

    EventStatus cost(String id, Instant start) {
      var line =
          CostLine.newBuilder()
              .setCostId(id)
              .setCategory("licence")
              .setAmount(Money.newBuilder().setCurrencyCode("USD").setAmount("1"))
              .setStartTime(Events.timestamp(start));
      var request = RecordCostsRequest.newBuilder().addCostLines(line).build();
      return stub().recordCosts(request).getResults(0).getStatus();
    }

    private FactServiceBlockingStub stub() {
      return FactServiceGrpc.newBlockingStub(peer.channel(tenant));
    }

    @Override
    public void close() {
      peer.close();
      service.close();
    }
  }
}
