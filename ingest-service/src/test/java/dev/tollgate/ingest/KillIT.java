package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.encode.Tables;
import dev.tollgate.ingest.log.LogSettings;
import dev.tollgate.ingest.log.LogState;
import dev.tollgate.ingest.log.SegmentLog;
import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(StoresExtension.class)
class KillIT {
  private static final int EVENTS_PER_REQUEST = 20;
  private static final int REQUESTS_IN_FLIGHT = 8;
  private static final int KILL_AFTER_MILLIS_MAX = 1_500;

  private final Stores stores;
  @TempDir Path dir;
  private long unstoredAtKills;

  KillIT(Stores stores) {
    this.stores = stores;
  }

  @Test
  void ingest_killedUnderLoad_countsEveryAckedEventOnce() throws Exception {
    try (var peers = Peers.start();
        var clickHouse = new Rig(stores, peers, dir).clickHouse()) {
      Seeds.check(
          "kill -9 of ingest",
          3,
          30,
          (seed, random) -> killOnce(stores.tenant() + "-" + seed, peers, clickHouse, random));
    }
    assertThat(unstoredAtKills)
        .as("events that lay in the log and not in the ledger at a kill")
        .isPositive();
  }

  private void killOnce(String tenant, Peers peers, ClickHouse clickHouse, RandomGenerator random)
      throws Exception {
    var home = Files.createDirectories(dir.resolve(tenant));
    var rig = new Rig(stores, peers, home.resolve("log"));
    var sent = new LinkedHashMap<String, UsageEvent>();
    var acked = new HashSet<String>();
    try (var child = Child.start(rig.environment(), home.resolve("out.txt"))) {
      stream(child, tenant, sent, acked, random);
    }
    unstoredAtKills += unstored(home);
    System.out.println("[kill] %s: %d sent, %d acked".formatted(tenant, sent.size(), acked.size()));

    try (var child = Child.start(rig.environment(), home.resolve("out.txt"))) {
      resend(child, tenant, sent, acked, random);
      Await.until("all stored", () -> Rig.raw(clickHouse, tenant).events() >= sent.size());
    }
    assertThat(Rig.eventIds(clickHouse, tenant)).containsExactlyInAnyOrderElementsOf(sent.keySet());
    var expected = new Rig.Totals(sent.size(), sent.size() * Events.COST_PICOS);
    assertThat(Rig.raw(clickHouse, tenant)).isEqualTo(expected);
    Rig.assertRollups(clickHouse, tenant, expected);
  }

  /// Sends without a pause until the child, which is killed meanwhile, is gone.
  private static void stream(
      Child child,
      String tenant,
      Map<String, UsageEvent> sent,
      Set<String> acked,
      RandomGenerator random)
      throws Exception {
    var killAfter = 200 + random.nextInt(KILL_AFTER_MILLIS_MAX);
    try (var one = Sender.open(child.port(), tenant);
        var other = Sender.open(child.port(), tenant)) {
      var first = Events.event("first", TimeSource.SYSTEM.now()).build();
      sent.put(first.getEventId(), first);
      one.ask(first);
      acked.add(first.getEventId());
      var inFlight = new HashMap<Sender, Integer>();
      var kill =
          CompletableFuture.runAsync(
              () -> kill(child),
              CompletableFuture.delayedExecutor(killAfter, TimeUnit.MILLISECONDS));
      while (!one.ended().isDone() || !other.ended().isDone()) {
        for (var sender : List.of(one, other)) {
          var answers = acknowledged(sender, acked);
          var open = inFlight.getOrDefault(sender, 0) - answers;
          if (open < REQUESTS_IN_FLIGHT && !sender.ended().isDone()) {
            sendOne(sender, sent);
            open++;
          }
          inFlight.put(sender, open);
        }
        Thread.onSpinWait();
      }
      kill.join();
      acknowledged(one, acked);
      acknowledged(other, acked);
    }
  }

  private static int acknowledged(Sender sender, Set<String> acked) {
    var answers = sender.drain();
    for (var answer : answers) {
      for (var result : answer.getResultsList()) {
        assertThat(result.getStatus()).isEqualTo(EventStatus.EVENT_STATUS_ACCEPTED);
        acked.add(result.getEventId());
      }
    }
    return answers.size();
  }

  private static void sendOne(Sender sender, Map<String, UsageEvent> sent) {
    var now = TimeSource.SYSTEM.now();
    var request = new ArrayList<UsageEvent>();
    for (int i = 0; i < EVENTS_PER_REQUEST; i++) {
      var event = Events.event("e" + sent.size(), now).build();
      sent.put(event.getEventId(), event);
      request.add(event);
    }
    try {
      sender.send(request);
    } catch (IllegalStateException cut) {
      // The call is over already: what was not sent goes with what was not acknowledged.
    }
  }

  /// What was not acknowledged, and a tenth of the rest.
  private static void resend(
      Child child,
      String tenant,
      Map<String, UsageEvent> sent,
      Set<String> acked,
      RandomGenerator random)
      throws Exception {
    try (var sender = Sender.open(child.port(), tenant)) {
      for (var event : sent.values()) {
        var wasAcked = acked.contains(event.getEventId());
        if (!wasAcked) {
          assertThat(sender.statuses(event))
              .first()
              .isIn(EventStatus.EVENT_STATUS_ACCEPTED, EventStatus.EVENT_STATUS_DUPLICATE);
        } else if (random.nextInt(10) == 0) {
          assertThat(sender.statuses(event)).containsExactly(EventStatus.EVENT_STATUS_DUPLICATE);
        }
      }
    }
  }

  /// How many events the log has and the ledger may not have, told from a copy of the log.
  private static int unstored(Path home) throws IOException {
    var copy = Files.createDirectories(home.resolve("copy"));
    try (var files = Files.list(home.resolve("log"))) {
      for (var file : files.filter(f -> f.toString().endsWith(".log")).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    var state = new LogState();
    SegmentLog.open(
            new LogSettings(copy, 1 << 20, 1 << 30, 0),
            Tables.columns(),
            TimeSource.SYSTEM,
            () -> new SegmentLog.Birth("none", 0),
            state)
        .close();
    return state.unstored().size();
  }

  private static void kill(Child child) {
    try {
      child.kill();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
