package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.clickhouse.ClickHouse;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

/// Two instances share the ids; one is killed under load, and whatever is sent again goes to the
/// other one than before.
@ExtendWith(StoresExtension.class)
class KillTwoIT {
  private static final int EVENTS_PER_REQUEST = 20;
  private static final int KILL_AFTER_MILLIS_MAX = 1_500;

  private final Stores stores;
  @TempDir Path dir;

  KillTwoIT(Stores stores) {
    this.stores = stores;
  }

  /// An event, where it went first, and whether that was acknowledged.
  private static final class Sent {
    final UsageEvent event;
    final int instance;
    boolean acked;

    Sent(UsageEvent event, int instance) {
      this.event = event;
      this.instance = instance;
    }

    Sent acknowledged() {
      acked = true;
      return this;
    }
  }

  /// One instance, which can be killed and started again.
  private final class Instance {
    final Path home;
    final int port;
    final Map<String, String> environment;
    Child child;

    Instance(String name, Peers peers, int port, String all) throws Exception {
      this.home = Files.createDirectories(dir.resolve(name));
      this.port = port;
      this.environment = new Rig(stores, peers, home.resolve("log")).environment();
      environment.put("TOLLGATE_INGEST_INSTANCES", all);
      environment.put("TOLLGATE_INGEST_INSTANCE", "127.0.0.1:" + port);
      this.child = start();
    }

    Child start() throws Exception {
      return Child.start(environment, home.resolve("out.txt"), port);
    }
  }

  @Test
  void oneOfTwo_killedUnderLoad_everyResendGoesToTheOtherAndCountsOnce() throws Exception {
    try (var peers = Peers.start();
        var clickHouse = new Rig(stores, peers, dir).clickHouse()) {
      Seeds.check(
          "kill -9 of one ingest of two",
          2,
          30,
          (seed, random) -> killOnce(stores.tenant() + "-" + seed, peers, clickHouse, random));
    }
  }

  private void killOnce(String tenant, Peers peers, ClickHouse clickHouse, RandomGenerator random)
      throws Exception {
    var ports = List.of(Child.freePort(), Child.freePort());
    var all = "127.0.0.1:%d,127.0.0.1:%d".formatted(ports.get(0), ports.get(1));
    var instances =
        List.of(
            new Instance(tenant + "-0", peers, ports.get(0), all),
            new Instance(tenant + "-1", peers, ports.get(1), all));
    try {
      var sent = new LinkedHashMap<String, Sent>();
      var victim = instances.get(random.nextInt(2));
      stream(instances, victim, tenant, sent, random);
      var acked = sent.values().stream().filter(each -> each.acked).count();
      System.out.printf("[kill one of two] %s: %d sent, %d acked%n", tenant, sent.size(), acked);
      assertThat(acked).isBetween(1L, sent.size() - 1L);

      victim.child = victim.start();
      resend(instances, tenant, sent, random);
      var expected = new Rig.Totals(sent.size(), sent.size() * Events.COST_PICOS);
      Await.until("all stored", () -> Rig.raw(clickHouse, tenant).events() >= expected.events());
      assertThat(Rig.eventIds(clickHouse, tenant))
          .containsExactlyInAnyOrderElementsOf(sent.keySet());
      assertThat(Rig.raw(clickHouse, tenant)).isEqualTo(expected);
      assertThat(Rig.rollup(clickHouse, tenant)).isEqualTo(expected);
      assertThat(logs(clickHouse, tenant)).as("logs that took part").isEqualTo(2);
    } finally {
      instances.forEach(instance -> instance.child.close());
    }
  }

  private static long logs(ClickHouse clickHouse, String tenant) {
    return clickHouse
        .query(
            "SELECT uniqExact(log_id) AS logs FROM usage_events WHERE tenant_id = {tenant:String}",
            Map.of("tenant", tenant),
            row -> row.integer("logs"))
        .getFirst();
  }

  /// Sends to both, request by request, until the victim is gone and its streams with it.
  private static void stream(
      List<Instance> instances,
      Instance victim,
      String tenant,
      Map<String, Sent> sent,
      RandomGenerator random)
      throws Exception {
    var killAfter = 300 + random.nextInt(KILL_AFTER_MILLIS_MAX);
    try (var one = Sender.open(instances.get(0).port, tenant);
        var other = Sender.open(instances.get(1).port, tenant)) {
      var senders = List.of(one, other);
      var warm = Events.event("warm", TimeSource.SYSTEM.now()).build();
      sent.put("warm", new Sent(warm, 0));
      one.ask(warm);
      sent.computeIfPresent("warm", (_, each) -> each.acknowledged());
      var kill =
          CompletableFuture.runAsync(
              () -> kill(victim.child),
              CompletableFuture.delayedExecutor(killAfter, TimeUnit.MILLISECONDS));
      var unanswered = new int[2];
      while (!one.ended().isDone() || !other.ended().isDone()) {
        for (int i = 0; i < 2; i++) {
          unanswered[i] -= acknowledged(senders.get(i), sent);
          if (unanswered[i] < 4 && !senders.get(i).ended().isDone()) {
            sendOne(senders.get(i), i, sent);
            unanswered[i]++;
          }
        }
        Thread.onSpinWait();
      }
      kill.join();
      acknowledged(one, sent);
      acknowledged(other, sent);
    }
  }

  private static int acknowledged(Sender sender, Map<String, Sent> sent) {
    var answers = sender.drain();
    for (var answer : answers) {
      for (var result : answer.getResultsList()) {
        assertThat(result.getStatus()).isEqualTo(EventStatus.EVENT_STATUS_ACCEPTED);
        sent.computeIfPresent(result.getEventId(), (_, each) -> each.acknowledged());
      }
    }
    return answers.size();
  }

  private static void sendOne(Sender sender, int instance, Map<String, Sent> sent) {
    var now = TimeSource.SYSTEM.now();
    var request = new ArrayList<UsageEvent>();
    for (int i = 0; i < EVENTS_PER_REQUEST; i++) {
      var event = Events.event("e" + sent.size(), now).build();
      sent.put(event.getEventId(), new Sent(event, instance));
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
      List<Instance> instances, String tenant, Map<String, Sent> sent, RandomGenerator random)
      throws Exception {
    Set<EventStatus> once =
        new HashSet<>(
            List.of(EventStatus.EVENT_STATUS_ACCEPTED, EventStatus.EVENT_STATUS_DUPLICATE));
    try (var one = Sender.open(instances.get(0).port, tenant);
        var other = Sender.open(instances.get(1).port, tenant)) {
      var senders = List.of(one, other);
      for (var each : sent.values()) {
        var elsewhere = senders.get(1 - each.instance);
        if (!each.acked) {
          assertThat(elsewhere.statuses(each.event)).first().isIn(once);
        } else if (random.nextInt(10) == 0) {
          assertThat(elsewhere.statuses(each.event))
              .containsExactly(EventStatus.EVENT_STATUS_DUPLICATE);
        }
      }
    }
  }

  private static void kill(Child child) {
    try {
      child.kill();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
