package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.Kills.Strike;
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
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
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
   * point, four at random times (fewer of two instances, in a short run), one while starting.
   *
   * Two instances are killed each by its own plan, often at once.
   */
  private static final int DELAY_MILLIS_MAX = 1_000;

  private final Stores stores;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

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
    var kills = new Kills(what);
    try (var peers = Peers.start();
        var clickHouse = new Rig(stores, peers, dir).clickHouse()) {
      Schema.apply(clickHouse);
      Comparison.keepDuplicates(clickHouse);
      Seeds.check(
          "kill -9 of " + what,
          1,
          full,
          (seed, random) -> {
            var home = dir.resolve("%s-%d-%d".formatted(stores.tenant(), instances, seed));
            var strikes = strikes(atRandomTimes, random);
            var environment = new Rig(stores, peers, home).environment();
            round(home, victims(home, instances, environment), clickHouse, kills, strikes);
          });
    }
    kills.report(unstoredAtKills + " events then in logs and not in the ledger");
    assertThat(unstoredAtKills).as("events that a kill could lose").hasPositiveValue();
  }

  private void round(
      Path home,
      List<Victim> victims,
      ClickHouse clickHouse,
      Kills kills,
      List<Strike<Victim>> strikes)
      throws Exception {
    var ports = victims.stream().map(Victim::port).toList();
    try {
      kills.underLoad(
          home, ports, clickHouse, () -> strike(victims, kills, strikes), () -> stop(victims));
    } finally {
      victims.forEach(Victim::close);
    }
  }

  private static void stop(List<Victim> victims) throws Exception {
    for (var victim : victims) {
      victim.stop();
      assertThat(victim.unstored()).as("events that were not stored at the end").isZero();
    }
  }

  private static List<Victim> victims(Path home, int count, Map<String, String> environment)
      throws IOException {
    var victims = new ArrayList<Victim>();
    for (var each : Kills.environments(count, environment).entrySet()) {
      var port = each.getKey();
      victims.add(new Victim(home.resolve("ingest-" + port), port, each.getValue()));
    }
    return victims;
  }

  private static List<Strike<Victim>> strikes(int atRandomTimes, RandomGenerator random) {
    var strikes =
        Kills.<Victim>atEachPoint(
            random, (point, passage) -> victim -> victim.killAt(point, passage));
    for (int i = 0; i < atRandomTimes; i++) {
      var delay = Duration.ofMillis(random.nextInt(DELAY_MILLIS_MAX));
      strikes.add(new Strike<>("at a random time", victim -> victim.killAfter(delay)));
    }
    var share = 0.5 + random.nextDouble() / 2;
    strikes.add(new Strike<>("while starting", victim -> victim.killStarting(share)));
    Collections.shuffle(strikes, random);
    return strikes;
  }

  /// Each victim takes its share of the strikes, all victims at the same time, and is started at
  /// the end: with one gone for long, the other would be sent only what it can't take alone.
  private void strike(List<Victim> victims, Kills kills, List<Strike<Victim>> strikes)
      throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var plans = new ArrayList<Future<?>>();
      for (int i = 0; i < victims.size(); i++) {
        var first = i;
        plans.add(
            threads.submit(() -> {
              var victim = victims.get(first);
              for (int next = first; next < strikes.size(); next += victims.size()) {
                kills.strike(victim, strikes.get(next));
                unstoredAtKills.addAndGet(victim.unstored());
              }
              victim.start();
              return first;
            }));
      }
      for (var plan : plans) {
        plan.get();
      }
    }
  }
}
