package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.Kills.Blow;
import dev.tollgate.ingest.Kills.Strike;
import dev.tollgate.ingest.log.Passage.Point;
import dev.tollgate.ingest.schema.Schema;
import dev.tollgate.seed.Seeds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// ClickHouse is killed again and again while a client in another process streams to ingest, which
/// lives; then every event that the client knows to be acknowledged is in the ledger and in every
/// rollup, once.
class KillClickHouseIT {
  /*
   * A round is one ClickHouse, one client and one log per instance, through ten kills: one while an
   * instance stands at each point, two at a random time within an insert, two where ClickHouse
   * has noted an insert's token and not its rows, and one while it is looked at what the kill before left behind
   * (fewer in a short run). At a kill the client's connections are cut as well, or it would have no
   * reason to send anything again.
   */
  private static final Duration INSERT = Duration.ofMillis(60);
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final int BATCHES_BETWEEN = 2;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  private final Map<String, Long> doubts = new TreeMap<>();

  @Test
  void clickHouse_killedUnderLoad_countsEveryAckedEventOnce() throws Exception {
    rounds("ClickHouse", 1, 10);
  }

  /// Whatever is sent again goes to the other instance than before.
  @Test
  void clickHouseOfTwo_killedUnderLoad_countsEveryAckedEventOnce() throws Exception {
    rounds("ClickHouse of two instances of ingest", 2, 5);
  }

  /// @param full how many rounds a long run makes
  private void rounds(String what, int instances, int full) throws Exception {
    var kills = new Kills(what);
    try (var peers = Peers.start()) {
      Seeds.check(
          "kill -9 of " + what,
          1,
          full,
          (seed, random) -> round(dir.resolve("acme-" + seed), instances, peers, kills, random));
    }
    kills.report("in doubt then: " + doubts);
    assertThat(doubts.get("parts")).as("parts that a kill could lose or double").isPositive();
    if (others(instances) > 0) {
      assertThat(doubts.get("entries_resent")).as("entries that a kill had lost").isPositive();
    }
  }

  private void round(Path home, int instances, Peers peers, Kills kills, RandomGenerator random)
      throws Exception {
    var survivors = new ArrayList<Survivor>();
    try (var engine = new Engine(home.resolve("clickhouse"));
        var clickHouse = engine.connect()) {
      Schema.apply(clickHouse);
      Comparison.keepDuplicates(clickHouse);
      var environment = Rig.environment(peers, home);
      environment.putAll(engine.environment());
      for (var each : Kills.environments(instances, environment).entrySet()) {
        var port = each.getKey();
        survivors.add(new Survivor(home.resolve("ingest-" + port), port, each.getValue()));
      }
      kills.underLoad(
          home,
          survivors.stream().map(Survivor::port).toList(),
          clickHouse,
          () -> strike(engine, survivors, kills, strikes(engine, others(instances), random)),
          () -> stop(survivors));
    } finally {
      for (var survivor : survivors) {
        survivor.close();
      }
    }
  }

  private static void strike(
      Engine engine, List<Survivor> survivors, Kills kills, List<Strike<Survivor>> strikes)
      throws Exception {
    for (int i = 0; i < strikes.size(); i++) {
      kills.strike(survivors.get(i % survivors.size()), strikes.get(i));
      survivors.forEach(Survivor::cutClients);
      engine.start();
    }
  }

  private void stop(List<Survivor> survivors) {
    for (var survivor : survivors) {
      survivor.awaitStored();
      for (var what : List.of("parts", "entries_resent", "rollups_rewritten", "entries_given_up")) {
        doubts.merge(what, survivor.metric("ingest_doubt_" + what + "_total"), Long::sum);
      }
      survivor.close();
    }
  }

  /* Of each kind besides those at points. */
  private static int others(int instances) {
    return Seeds.count(2 - instances, 2);
  }

  /// @param engine which each of them kills
  /// @param others how many of each kind there are besides those at points
  private static List<Strike<Survivor>> strikes(Engine engine, int others, RandomGenerator random) {
    var strikes =
        Kills.<Survivor>atEachPoint(
            random, (point, passage) -> later(at -> at.at(point, passage, engine::kill)));
    for (int i = 0; i < others; i++) {
      var withinInsert = random.nextLong(INSERT.toNanos());
      strikes.add(new Strike<>("within an insert", later(after(withinInsert, engine))));
      strikes.add(new Strike<>("between token and rows", later(noting(engine))));
    }
    if (others > 0) {
      strikes.add(new Strike<>("after a start", after(random.nextLong(LOOK.toNanos()), engine)));
    }
    Collections.shuffle(strikes, random);
    return strikes;
  }

  /* When what the kill before left behind is over. */
  private static Blow<Survivor> later(Blow<Survivor> blow) {
    return survivor -> {
      survivor.at(Point.SEAL_INSERT, 1 + BATCHES_BETWEEN, () -> {});
      blow.on(survivor);
    };
  }

  private static Blow<Survivor> noting(Engine engine) {
    return survivor -> {
      var noting = engine.new Noting("usage_events");
      survivor.at(Point.SEAL_INSERT, 1, noting::begin);
      noting.kill();
    };
  }

  private static Blow<Survivor> after(long nanos, Engine engine) {
    return _ -> {
      LockSupport.parkNanos(nanos);
      engine.kill();
    };
  }
}
