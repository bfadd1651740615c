package dev.tollgate.quota.redis;

import static dev.tollgate.quota.redis.LocalRedis.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.time.TimeSource;
import io.lettuce.core.cluster.SlotHash;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TopologyIT {
  private static final Duration TIMEOUT = Duration.ofMillis(500);
  private static final int TENANTS = 40;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (var part : opened.reversed()) {
      part.close();
    }
  }

  @Test
  void cluster_tenantsOnAllNodes_runEachOnce() {
    var cluster = opened(LocalCluster.start(3));
    var redis = connect(cluster.settings().withTimeout(TIMEOUT.multipliedBy(4)));

    IntStream.range(0, 2_000)
        .mapToObj(i -> redis.submit(tenant(i), Tally.one(tenant(i))))
        .toList()
        .forEach(CompletableFuture::join);

    assertThat(total(cluster)).isEqualTo(2_000);
    assertThat(cluster.masters()).allMatch(master -> keys(master) > 0);
    assertThat(redis.time(tenant(0)).join()).isNotNull();
  }

  @Test
  void cluster_slotMovedMeanwhile_answersEveryVerbOnce() {
    var cluster = opened(LocalCluster.start(3));
    var redis = connect(cluster.settings().withTimeout(TIMEOUT));
    var tenant = tenant(7);
    var slot = slot(tenant);
    var from = cluster.masters().get(cluster.firstOwner(slot));
    var to = cluster.masters().get((cluster.firstOwner(slot) + 1) % 3);

    try (var traffic = new Traffic(redis, name -> true)) {
      traffic.goesOn();
      cluster.beginToMove(slot, from, to);
      traffic.goesOn();
      cluster.moveKeys(slot, from, to);
      traffic.goesOn();
      cluster.moveKeys(slot, from, to);
      cluster.endToMove(slot, from, to);
      traffic.goesOn();
      traffic.stop();

      assertThat(traffic.failed()).isZero();
      assertThat(total(cluster)).isEqualTo(traffic.succeeded());
      assertThat(RedisIT.count(to, tenant)).isPositive();
    }
  }

  @Test
  void cluster_replicaMustHaveWrites_saysThatThereIsNone() {
    var cluster = opened(LocalCluster.start(3));
    var redis =
        connect(
            cluster
                .settings()
                .withTimeout(TIMEOUT.multipliedBy(4))
                .withDurability(Durability.WAIT_REPLICA));

    assertThatThrownBy(() -> redis.submit("t", Tally.one("t")).join())
        .cause()
        .hasFieldOrPropertyWithValue("reason", Reason.STORE_UNAVAILABLE)
        .hasMessage("not replicated");
  }

  @Test
  void cluster_oneNodeDead_serveTheSlotsOfTheOthers() {
    var cluster = opened(LocalCluster.start(3));
    var redis = connect(cluster.settings().withTimeout(TIMEOUT));
    cluster.masters().getFirst().kill();
    eventually(
        "the circuit to open", () -> registry.get("quota.redis.circuit").gauge().value() == 1);

    for (int i = 0; i < TENANTS; i++) {
      var tenant = tenant(i);
      var answer = redis.submit(tenant, Tally.one(tenant));
      if (cluster.firstOwner(slot(tenant)) == 0) {
        assertThatThrownBy(answer::join)
            .cause()
            .hasFieldOrPropertyWithValue("reason", Reason.STORE_UNAVAILABLE);
      } else {
        assertThat(answer.join()).isEqualTo(1);
      }
    }
  }

  @Test
  void cluster_replicaPromoted_isFoundByItself() {
    var cluster = opened(LocalCluster.start(3));
    var redis = connect(cluster.settings().withTimeout(TIMEOUT));
    var tenant =
        IntStream.range(0, TENANTS)
            .mapToObj(TopologyIT::tenant)
            .filter(name -> cluster.firstOwner(slot(name)) == 0)
            .findFirst()
            .orElseThrow();
    assertThat(redis.submit(tenant, Tally.one(tenant)).join()).isEqualTo(1);
    var replica = cluster.addReplica(cluster.masters().getFirst());
    eventually("the copy", () -> keys(replica) == 1);

    cluster.masters().getFirst().kill();

    eventually("an answer", () -> failure(redis, tenant).isEmpty());
    assertThat(RedisIT.count(replica, tenant)).isEqualTo(2);
  }

  @Test
  void connect_clusterTakenForASingleRedis_isRefused() {
    var cluster = opened(LocalCluster.start(1));
    assertThatThrownBy(() -> connect(cluster.masters().getFirst().settings()))
        .hasFieldOrPropertyWithValue("reason", Reason.STORE_UNAVAILABLE)
        .hasMessageContaining("expected: REDIS_CLUSTER=true");
  }

  @Test
  void sentinel_primaryKilled_goesOnWithThePromotedReplica() {
    failsOver(LocalRedis::kill);
  }

  /* A primary that froze keeps its connections: nothing tells the client but silence. */
  @Test
  void sentinel_primaryFrozen_goesOnWithThePromotedReplica() {
    failsOver(LocalRedis::freeze);
  }

  private void failsOver(Consumer<LocalRedis> end) {
    var sentinel = opened(LocalSentinel.start());
    var redis = connect(sentinel.settings().withTimeout(Duration.ofMillis(200)));
    var written = 0;
    for (int i = 0; i < 10; i++) {
      written += failure(redis, "t").isEmpty() ? 1 : 0;
    }
    assertThat(written).isPositive();
    var copied = written;
    eventually("the copy", () -> RedisIT.count(sentinel.replica(), "t") == copied);
    end.accept(sentinel.primary());

    eventually("an answer", () -> failure(redis, "t").isEmpty());
    assertThat(sentinel.isPromoted()).isTrue();
    assertThat(RedisIT.count(sentinel.replica(), "t")).isEqualTo(copied + 1);
  }

  private static String failure(Redis redis, String tenant) {
    try {
      redis.submit(tenant, Tally.one(tenant)).join();
      return "";
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(Failure.class);
      return e.toString();
    }
  }

  /// Verbs of all tenants, as fast as they are answered.
  private static final class Traffic implements AutoCloseable {
    private final Redis redis;
    private final Predicate<String> chosen;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicLong succeeded = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final List<Thread> threads;

    Traffic(Redis redis, Predicate<String> chosen) {
      this.redis = redis;
      this.chosen = chosen;
      threads =
          IntStream.range(0, TENANTS)
              .mapToObj(TopologyIT::tenant)
              .map(tenant -> Thread.ofVirtual().start(() -> run(tenant)))
              .toList();
    }

    private void run(String tenant) {
      while (!stopped.get() && chosen.test(tenant)) {
        try {
          redis.submit(tenant, Tally.one(tenant)).join();
          succeeded.incrementAndGet();
        } catch (CompletionException e) {
          failed.incrementAndGet();
        }
      }
    }

    /// Waits for many more answers.
    void goesOn() {
      var enough = succeeded.get() + 2_000;
      eventually("more answers", () -> succeeded.get() >= enough);
    }

    void stop() {
      stopped.set(true);
      threads.forEach(thread -> {
        try {
          thread.join();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      });
    }

    long succeeded() {
      return succeeded.get();
    }

    long failed() {
      return failed.get();
    }

    @Override
    public void close() {
      stop();
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    opened.add(part);
    return part;
  }

  private Redis connect(RedisSettings settings) {
    return opened(Redis.connect(settings, Tally.SCRIPTS, TimeSource.SYSTEM, registry));
  }

  private static String tenant(int i) {
    return "tenant-" + i % TENANTS;
  }

  private static int slot(String tenant) {
    return SlotHash.getSlot("{" + tenant + "}");
  }

  private static long keys(LocalRedis master) {
    return master.asked(commands -> commands.dbsize());
  }

  private static long total(LocalCluster cluster) {
    return cluster.masters().stream()
        .flatMap(master ->
            master.asked(commands -> commands.keys("*")).stream()
                .map(key -> master.asked(commands -> commands.get(key))))
        .mapToLong(Long::parseLong)
        .sum();
  }
}
