package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.embedded.EmbeddedClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.kernel.clickhouse.ClickHouseSettings;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// ClickHouse is killed while batches come one after the other: each event is once in the ledger
/// and in every rollup.
class KillClickHouseIT {
  private static final String TENANT = "acme";
  private static final String DATABASE = "killed";
  private static final long PASSWORD_SEED = 7;
  private static final int EVENTS_PER_REQUEST = 20;

  @TempDir Path dir;

  /// An engine of this test's own. The same password after every start, and one address.
  private final class Engine implements AutoCloseable {
    private EmbeddedClickHouse server;
    private ProcessHandle process;
    final CutProxy proxy;

    Engine() throws Exception {
      start();
      proxy = new CutProxy(server.url());
      server.createDatabase(DATABASE);
    }

    private void start() {
      var before = ProcessHandle.current().children().collect(Collectors.toSet());
      server =
          EmbeddedClickHouse.start(
              dir.resolve("clickhouse"), Stores.clickHouseLibrary(), new Random(PASSWORD_SEED));
      process =
          ProcessHandle.current()
              .children()
              .filter(child -> !before.contains(child))
              .reduce((one, other) -> other)
              .orElseThrow();
    }

    void killAndStart() throws Exception {
      process.destroyForcibly();
      Await.until("ClickHouse is gone", () -> !server.isRunning());
      server.close();
      start();
      proxy.retarget(server.url());
    }

    ClickHouseSettings settings(URI url) {
      return new ClickHouseSettings(url, DATABASE, server.user(), server.password());
    }

    @Override
    public void close() throws IOException {
      proxy.close();
      server.close();
    }
  }

  @Test
  void clickHouse_killedUnderLoad_countsEveryEventOnce() throws Exception {
    try (var peers = Peers.start();
        var engine = new Engine();
        var service = started(peers, engine)) {
      Ready.await(service.grpcPort());
      var random = new Random(1);
      var stop = new AtomicBoolean();
      var sending = CompletableFuture.supplyAsync(() -> send(service.grpcPort(), stop));
      var kills = Seeds.count(2, 50);
      for (int kill = 0; kill < kills; kill++) {
        LockSupport.parkNanos(Duration.ofMillis(300 + random.nextInt(1_200)).toNanos());
        engine.killAndStart();
      }
      stop.set(true);
      var sent = sending.get();
      try (var clickHouse = ClickHouse.connect(engine.settings(engine.proxy.url()))) {
        Await.until("all stored", () -> Rig.raw(clickHouse, TENANT).events() >= sent);
        System.out.printf(
            "[kill clickhouse] %d kills, %d events in %d batches%n",
            kills, sent, batches(clickHouse));
        var expected = new Rig.Totals(sent, sent * Events.COST_PICOS);
        assertThat(Rig.raw(clickHouse, TENANT)).isEqualTo(expected);
        assertThat(Rig.eventIds(clickHouse, TENANT)).doesNotHaveDuplicates();
        Rig.assertRollups(clickHouse, TENANT, expected);
      }
    }
  }

  private IngestService started(Peers peers, Engine engine) throws Exception {
    var environment = new HashMap<>(Rig.environment(peers, dir.resolve("log")));
    environment.put("TOLLGATE_INGEST_BATCH_LINGER", "PT0.005S");
    environment.put("TOLLGATE_INGEST_CLICKHOUSE_URL", engine.proxy.url().toString());
    environment.put("TOLLGATE_INGEST_CLICKHOUSE_DATABASE", DATABASE);
    environment.put("TOLLGATE_INGEST_CLICKHOUSE_USER", engine.server.user());
    environment.put("TOLLGATE_INGEST_CLICKHOUSE_PASSWORD", engine.server.password().reveal());
    return IngestService.start(
        IngestSettings.from(environment), TimeSource.SYSTEM, new SecureRandom());
  }

  private static long batches(ClickHouse clickHouse) {
    return clickHouse
        .query(
            "SELECT uniqExact(batch) AS batches FROM usage_events WHERE tenant_id = {tenant:String}",
            Map.of("tenant", TENANT),
            row -> row.integer("batches"))
        .getFirst();
  }

  /// Sends request by request, each acknowledged, until it is to stop; answers how many events.
  private static long send(int port, AtomicBoolean stop) {
    try (var sender = Sender.open(port, TENANT)) {
      long sent = 0;
      while (!stop.get()) {
        var request = new ArrayList<UsageEvent>();
        for (int i = 0; i < EVENTS_PER_REQUEST; i++) {
          request.add(Events.event("e" + sent++, TimeSource.SYSTEM.now()).build());
        }
        assertThat(sender.statuses(request.toArray(UsageEvent[]::new)))
            .containsOnly(EventStatus.EVENT_STATUS_ACCEPTED);
      }
      return sent;
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }
}
