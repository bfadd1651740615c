package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.log.Passage.Point;
import dev.tollgate.ingest.schema.Schema;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// Ingest is killed again and again while a client in another process streams to it; then every
/// event that the client knows to be acknowledged is in the ledger and in every rollup, once.
@ExtendWith(StoresExtension.class)
class KillIT {
  /*
   * A round is one tenant, one client and one log per instance, through ten kills: one at each
   * point, four at random times (fewer of two instances, in a short run), one while starting. Keys are let go and segments deleted
   * after two seconds already, so that kills meet that, and so that what is sent again is looked up
   * in the ledger as often as in memory.
   *
   * Two instances are killed each by its own plan, often at once.
   */
  private static final int DELAY_MILLIS_MAX = 1_000;
  private static final int ACKS_AT_LAST = 100;

  private final Stores stores;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  private final Map<String, Integer> kills = Collections.synchronizedMap(new TreeMap<>());
  private final AtomicLong unstoredAtKills = new AtomicLong();

  KillIT(Stores stores) {
    this.stores = stores;
  }

  @Test
  void ingest_killedUnderLoad_countsEveryAckedEventOnce() throws Exception {
    rounds("ingest", 1, 4, 11);
  }

  /// Whatever is sent again goes to the other instance than before.
  @Test
  void oneOfTwo_killedUnderLoad_countsEveryAckedEventOnce() throws Exception {
    rounds("two instances of ingest", 2, Seeds.count(1, 4), 6);
  }

  /// @param atRandomTimes how many kills of a round
  /// @param full how many rounds a long run makes
  private void rounds(String what, int instances, int atRandomTimes, int full) throws Exception {
    try (var peers = Peers.start();
        var clickHouse = new Rig(stores, peers, dir).clickHouse()) {
      Schema.apply(clickHouse);
      Comparison.keepDuplicates(clickHouse);
      Seeds.check(
          "kill -9 of " + what,
          1,
          full,
          (seed, random) -> {
            var tenant = "%s-%d-%d".formatted(stores.tenant(), instances, seed);
            round(tenant, instances, peers, clickHouse, strikes(atRandomTimes, random));
          });
    }
    var all = kills.values().stream().mapToInt(Integer::intValue).sum();
    System.out.printf(
        "[kill] %s: %d kills, %s; %d events then in logs and not in the ledger%n",
        what, all, kills, unstoredAtKills.get());
    for (var point : Point.values()) {
      assertThat(kills.getOrDefault(point.name(), 0)).as("kills at %s", point).isPositive();
    }
    assertThat(unstoredAtKills).as("events that a kill could lose").hasPositiveValue();
  }

  private void round(
      String tenant, int instances, Peers peers, ClickHouse clickHouse, List<Strike> strikes)
      throws Exception {
    var home = dir.resolve(tenant);
    var victims = victims(home, instances, peers);
    var ports = victims.stream().map(Victim::port).toList();
    try (var client = Client.start(home.resolve("client"), tenant, tenant.hashCode(), ports)) {
      strike(victims, strikes);
      var acked = client.acked().size();
      Await.until("acks at last", () -> client.acked().size() >= acked + ACKS_AT_LAST);
      client.stop();
      for (var victim : victims) {
        victim.stop();
        assertThat(victim.unstored()).as("events that were not stored at the end").isZero();
      }
      var found = new Comparison(clickHouse, tenant).assertExact(client);
      System.out.printf("[kill] %s: %s%n", tenant, found);
    } finally {
      victims.forEach(Victim::close);
    }
  }

  private List<Victim> victims(Path home, int count, Peers peers) throws IOException {
    var ports = new ArrayList<Integer>();
    for (int i = 0; i < count; i++) {
      ports.add(Child.freePort());
    }
    var environment = new Rig(stores, peers, home).environment();
    environment.put("TOLLGATE_INGEST_BATCH_LINGER", "PT0.05S");
    environment.put("TOLLGATE_INGEST_DEDUPE_HORIZON", "PT2S");
    environment.put("TOLLGATE_INGEST_LOG_SEGMENT_BYTES", "262144");
    environment.put("TOLLGATE_INGEST_LOG_DRAIN", "PT60S");
    if (count > 1) {
      environment.put(
          "TOLLGATE_INGEST_INSTANCES",
          ports.stream().map(KillIT::target).collect(Collectors.joining(",")));
    }
    var victims = new ArrayList<Victim>();
    for (var port : ports) {
      if (count > 1) {
        environment.put("TOLLGATE_INGEST_INSTANCE", target(port));
      }
      victims.add(new Victim(home.resolve("ingest-" + victims.size()), port, environment));
    }
    return victims;
  }

  private static String target(int port) {
    return "127.0.0.1:" + port;
  }

  /// How a process ends, and where that counts.
  private record Strike(String where, Blow blow) {}

  private interface Blow {
    void on(Victim victim) throws Exception;
  }

  private static List<Strike> strikes(int atRandomTimes, RandomGenerator random) {
    var strikes = new ArrayList<Strike>();
    for (var point : Point.values()) {
      var passage = 1 + random.nextInt(passages(point));
      strikes.add(new Strike(point.name(), victim -> victim.killAt(point, passage)));
    }
    for (int i = 0; i < atRandomTimes; i++) {
      var delay = Duration.ofMillis(random.nextInt(DELAY_MILLIS_MAX));
      strikes.add(new Strike("at a random time", victim -> victim.killAfter(delay)));
    }
    var share = 0.5 + random.nextDouble() / 2;
    strikes.add(new Strike("while starting", victim -> victim.killStarting(share)));
    Collections.shuffle(strikes, random);
    return strikes;
  }

  /* How many passages come within a second or so. */
  private static int passages(Point point) {
    return switch (point) {
      case APPEND_FSYNC, FSYNC_ACK -> 150;
      case SEAL_INSERT, INSERT_COMMIT -> 10;
      case COMMIT_RETIRE -> 4;
    };
  }

  /// Each victim takes its share of the strikes, all victims at the same time, and is started at
  /// the end: with one gone for long, the other would be sent only what it can't take alone.
  private void strike(List<Victim> victims, List<Strike> strikes) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var plans = new ArrayList<Future<?>>();
      for (int i = 0; i < victims.size(); i++) {
        var first = i;
        plans.add(
            threads.submit(() -> {
              for (int next = first; next < strikes.size(); next += victims.size()) {
                strike(victims.get(first), strikes.get(next));
              }
              victims.get(first).start();
              return first;
            }));
      }
      for (var plan : plans) {
        plan.get();
      }
    }
  }

  private void strike(Victim victim, Strike strike) throws Exception {
    strike.blow.on(victim);
    kills.merge(strike.where, 1, Integer::sum);
    unstoredAtKills.addAndGet(victim.unstored());
  }
}
