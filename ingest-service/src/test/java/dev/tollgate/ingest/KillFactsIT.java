package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.peer.Peer;
import dev.tollgate.kernel.peer.PeerSettings;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.proto.common.v1.Money;
import dev.tollgate.proto.ingest.v1.CostLine;
import dev.tollgate.proto.ingest.v1.Deployment;
import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.FactResult;
import dev.tollgate.proto.ingest.v1.FactServiceGrpc;
import dev.tollgate.proto.ingest.v1.FactServiceGrpc.FactServiceBlockingStub;
import dev.tollgate.proto.ingest.v1.Outcome;
import dev.tollgate.proto.ingest.v1.OutcomeResult;
import dev.tollgate.proto.ingest.v1.RecordCostsRequest;
import dev.tollgate.proto.ingest.v1.RecordDeploymentsRequest;
import dev.tollgate.proto.ingest.v1.RecordOutcomesRequest;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.secret.Secret;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Usage and facts of every kind side by side, through crashes of the process.
@ExtendWith(StoresExtension.class)
class KillFactsIT {
  private static final Instant NOW = TimeSource.SYSTEM.now();
  private static final int PER_REQUEST = 5;
  private static final int KILLS = 4;
  private static final List<String> KINDS =
      List.of("usage_events", "outcomes", "deployments", "cost_lines");
  private static final Map<String, String> ID_COLUMNS =
      Map.of(
          "usage_events", "event_id",
          "outcomes", "outcome_id",
          "deployments", "deployment_id",
          "cost_lines", "cost_id");

  private final Stores stores;
  @TempDir Path dir;

  KillFactsIT(Stores stores) {
    this.stores = stores;
  }

  @Test
  void ingest_killedUnderMixedLoad_hasEveryAckedItemOnceInItsTable() throws Exception {
    try (var peers = Peers.start();
        var clickHouse = new Rig(stores, peers, dir).clickHouse();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Seeds.check(
          "kill -9 of ingest under mixed load",
          1,
          10,
          (seed, random) -> run(stores.tenant() + "-" + seed, peers, clickHouse, threads, random));
    }
  }

  private static final class StreamGone extends RuntimeException {
    private static final long serialVersionUID = 1;

    StreamGone(Throwable cause) {
      super(cause);
    }
  }

  /// What was sent of one kind and not acknowledged yet, and what was.
  private record Sent(String kind, Set<String> open, Set<String> acked, AtomicInteger next) {
    Sent(String kind) {
      this(kind, ConcurrentHashMap.newKeySet(), ConcurrentHashMap.newKeySet(), new AtomicInteger());
    }

    List<String> take() {
      var ids = new ArrayList<String>();
      for (int i = 0; i < PER_REQUEST; i++) {
        ids.add(kind + "-" + next.incrementAndGet());
      }
      open.addAll(ids);
      return ids;
    }
  }

  private void run(
      String tenant,
      Peers peers,
      ClickHouse clickHouse,
      ExecutorService threads,
      RandomGenerator random)
      throws Exception {
    var home = Files.createDirectories(dir.resolve(tenant));
    var rig = new Rig(stores, peers, home.resolve("log"));
    var all = KINDS.stream().map(Sent::new).toList();
    for (int kill = 0; kill < KILLS; kill++) {
      try (var child = Child.start(rig.environment(), home.resolve("out.txt"))) {
        var work =
            all.stream()
                .map(sent ->
                    CompletableFuture.runAsync(() -> load(child.port(), tenant, sent), threads))
                .toList();
        var acked = (kill + 1) * PER_REQUEST * 5;
        Await.until(
            "some of every kind", () -> all.stream().allMatch(sent -> sent.acked.size() >= acked));
        var killAfter = random.nextInt(1_200);
        CompletableFuture.runAsync(
                () -> kill(child),
                CompletableFuture.delayedExecutor(killAfter, TimeUnit.MILLISECONDS))
            .join();
        work.forEach(CompletableFuture::join);
      }
    }
    try (var child = Child.start(rig.environment(), home.resolve("out.txt"))) {
      for (var sent : all) {
        resend(child.port(), tenant, sent, random);
      }
      for (var sent : all) {
        check(clickHouse, tenant, sent);
      }
    }
  }

  private static void check(ClickHouse clickHouse, String tenant, Sent sent) {
    assertThat(sent.acked).as(sent.kind).hasSizeGreaterThan(KILLS * PER_REQUEST * 4);
    assertThat(sent.open).as(sent.kind).isEmpty();
    Await.until(sent.kind, () -> Rig.rows(clickHouse, tenant, sent.kind) >= sent.acked.size());
    System.out.println("[kill] %s %s: %d items".formatted(tenant, sent.kind, sent.acked.size()));
    assertThat(stored(clickHouse, tenant, sent.kind))
        .as(sent.kind)
        .containsExactlyInAnyOrderElementsOf(sent.acked);
  }

  /// First what an earlier process did not acknowledge, then new ones, until the process is gone.
  private static void load(int port, String tenant, Sent sent) {
    try (var line = Line.open(port, tenant, sent.kind)) {
      var again = List.copyOf(sent.open);
      if (!again.isEmpty()) {
        acknowledge(sent, line.send(again));
      }
      while (true) {
        acknowledge(sent, line.send(sent.take()));
      }
    } catch (StatusRuntimeException gone) {
      assertThat(gone.getStatus().getCode()).as("%s", gone).isEqualTo(Status.Code.UNAVAILABLE);
    } catch (StreamGone gone) {
      // As above: what was not acknowledged stays open.
    }
  }

  private static void resend(int port, String tenant, Sent sent, RandomGenerator random) {
    try (var line = Line.open(port, tenant, sent.kind)) {
      for (var ids : partition(List.copyOf(sent.open))) {
        acknowledge(sent, line.send(ids));
      }
      var some = sent.acked.stream().filter(_ -> random.nextInt(10) == 0).toList();
      for (var ids : partition(some)) {
        assertThat(line.send(ids).values()).containsOnly(EventStatus.EVENT_STATUS_DUPLICATE);
      }
    }
  }

  /// A connection over which things of one kind go.
  private interface Line extends AutoCloseable {
    Map<String, EventStatus> send(List<String> ids);

    @Override
    void close();

    static Line open(int port, String tenant, String kind) {
      return kind.equals("usage_events")
          ? new OfUsage(Sender.open(port, tenant))
          : new OfFacts(connect(port), tenant, kind);
    }
  }

  private record OfUsage(Sender sender) implements Line {
    @Override
    public Map<String, EventStatus> send(List<String> ids) {
      var events = ids.stream().map(id -> Events.event(id, NOW).build()).toArray(UsageEvent[]::new);
      try {
        return sender.ask(events).stream()
            .collect(Collectors.toMap(EventResult::getEventId, EventResult::getStatus));
      } catch (Exception | AssertionError gone) {
        throw new StreamGone(gone);
      }
    }

    @Override
    public void close() {
      sender.close();
    }
  }

  private record OfFacts(Peer peer, String tenant, String kind) implements Line {
    @Override
    public Map<String, EventStatus> send(List<String> ids) {
      var stub = FactServiceGrpc.newBlockingStub(peer.channel(tenant));
      return facts(stub, kind, ids).stream()
          .collect(Collectors.toMap(FactResult::getId, FactResult::getStatus));
    }

    @Override
    public void close() {
      peer.close();
    }
  }

  private static List<List<String>> partition(List<String> ids) {
    return com.google.common.collect.Lists.partition(ids, 100);
  }

  private static void acknowledge(Sent sent, Map<String, EventStatus> results) {
    results.forEach((id, status) -> {
      assertThat(status)
          .isIn(EventStatus.EVENT_STATUS_ACCEPTED, EventStatus.EVENT_STATUS_DUPLICATE);
      sent.acked.add(id);
      sent.open.remove(id);
    });
  }

  private static List<FactResult> facts(
      FactServiceBlockingStub stub, String kind, List<String> ids) {
    var time = Events.timestamp(NOW);
    return switch (kind) {
      case "outcomes" -> {
        var request = RecordOutcomesRequest.newBuilder();
        ids.forEach(id ->
            request.addOutcomes(
                Outcome.newBuilder()
                    .setOutcomeId(id)
                    .setOutcomeTime(time)
                    .setKind("resolved")
                    .setResult(OutcomeResult.OUTCOME_RESULT_SUCCESS)
                    .setDimensions(Dimensions.newBuilder().setRequest(id))));
        yield stub.recordOutcomes(request.build()).getResultsList();
      }
      case "deployments" -> {
        var request = RecordDeploymentsRequest.newBuilder();
        ids.forEach(id ->
            request.addDeployments(
                Deployment.newBuilder()
                    .setDeploymentId(id)
                    .setDeploymentTime(time)
                    .setService("api")));
        yield stub.recordDeployments(request.build()).getResultsList();
      }
      default -> {
        var request = RecordCostsRequest.newBuilder();
        ids.forEach(id ->
            request.addCostLines(
                CostLine.newBuilder()
                    .setCostId(id)
                    .setCategory("gpu")
                    .setAmount(Money.newBuilder().setCurrencyCode("USD").setAmount("1"))
                    .setStartTime(time)));
        yield stub.recordCosts(request.build()).getResultsList();
      }
    };
  }

  private static Collection<String> stored(ClickHouse clickHouse, String tenant, String kind) {
    return clickHouse.query(
        "SELECT %s AS id FROM %s WHERE tenant_id = {tenant:String}"
            .formatted(ID_COLUMNS.get(kind), kind),
        Map.of("tenant", tenant),
        row -> row.text("id"));
  }

  private static void kill(Child child) {
    try {
      child.kill();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Peer connect(int port) {
    return Peer.connect(
        new PeerSettings(
            "127.0.0.1:" + port, new Secret(Rig.SERVICE_KEY), new PeerSettings.Trust.Plain()));
  }
}
