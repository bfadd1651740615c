package dev.tollgate.quota.redis;

import static dev.tollgate.quota.redis.LocalRedis.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.time.TimeSource;
import io.lettuce.core.KillArgs;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.lettuce.core.resource.Transports;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisIT {
  private static final Duration LONG = Duration.ofSeconds(5);
  private static final Duration SHORT = Duration.ofMillis(100);

  private static LocalRedis shared;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @BeforeAll
  static void startShared() {
    shared = LocalRedis.start();
  }

  @AfterAll
  static void stopShared() {
    shared.close();
  }

  @AfterEach
  void forget() {
    shared.asked(commands -> commands.flushall());
  }

  @Test
  void submit_manyAtOnce_runsEachOnceInBatches() {
    try (var redis = connect(shared, LONG)) {
      var answers =
          IntStream.range(0, 2_000)
              .mapToObj(i -> redis.submit("t" + i % 3, Tally.one("t" + i % 3)))
              .toList();

      assertThat(answers.stream().filter((CompletableFuture<Long> a) -> a.join() > 0).count())
          .isEqualTo(2_000);
      assertThat(count(shared, "t0") + count(shared, "t1") + count(shared, "t2")).isEqualTo(2_000);
      assertThat(registry.get("quota.redis.batch.size").summary().count()).isLessThan(1_000);
      assertThat(registry.get("quota.redis.batch.size").summary().max()).isEqualTo(64);
    }
  }

  @Test
  void submit_severalConnections_runsEachOnce() {
    var settings = shared.settings().withTimeout(LONG);
    var several =
        new RedisSettings(
            settings.url(),
            settings.topology(),
            settings.password(),
            LONG,
            10_000,
            3,
            2,
            Durability.ASYNC);
    try (var redis = Redis.connect(several, Tally.SCRIPTS, TimeSource.SYSTEM, registry)) {
      IntStream.range(0, 1_000)
          .mapToObj(i -> redis.submit("t" + i, Tally.one("t")))
          .toList()
          .forEach(CompletableFuture::join);
      assertThat(count(shared, "t")).isEqualTo(1_000);
    }
  }

  @Test
  void submit_oneOnAKeyOfAnotherType_failsAlone() {
    shared.asked(commands -> commands.lpush("{t}:list", "x"));
    try (var redis = connect(shared, LONG)) {
      var bad = redis.submit("t", new Tally("{t}:list", 1, 0));
      var good = redis.submit("t", Tally.one("t"));

      assertThat(good.join()).isEqualTo(1);
      assertThatThrownBy(bad::join)
          .hasCauseInstanceOf(IllegalStateException.class)
          .hasMessageContaining("WRONGTYPE");
    }
  }

  @Test
  void submit_scriptsFlushed_runsOnceAsBefore() {
    try (var redis = connect(shared, LONG)) {
      shared.asked(commands -> commands.scriptFlush());

      assertThat(redis.submit("t", Tally.one("t")).join()).isEqualTo(1);
      assertThat(redis.time("t").join()).isAfter(Instant.EPOCH);
    }
  }

  @Test
  void getRunAndTime_anything_answer() {
    shared.asked(commands -> commands.set("{t}:a", "1"));
    try (var redis = connect(shared, LONG)) {
      assertThat(redis.get("t", List.of(bytes("{t}:a"), bytes("{t}:none"))).join())
          .satisfiesExactly(
              one -> assertThat(one).hasValue(bytes("1")), none -> assertThat(none).isEmpty());
      var append = new Script("append", "return redis.call('APPEND', KEYS[1], ARGV[1]) .. '!'");
      assertThat(redis.run(append, "t", List.of(bytes("{t}:a")), List.of(bytes("23"))).join())
          .isEqualTo(bytes("3!"));
      var micros = Long.parseLong(shared.asked(commands -> commands.time().getFirst()));
      assertThat(redis.time("t").join().getEpochSecond()).isBetween(micros - 2, micros + 2);
    }
  }

  @Test
  void submit_moreThanMayWait_areRefusedAtOnce() {
    var settings = shared.settings();
    var narrow =
        new RedisSettings(
            settings.url(),
            settings.topology(),
            settings.password(),
            LONG,
            10,
            1,
            1,
            Durability.ASYNC);
    try (var redis = Redis.connect(narrow, Tally.SCRIPTS, TimeSource.SYSTEM, registry)) {
      shared.asked(commands -> commands.clientPause(300));
      var waiting =
          IntStream.range(0, 10).mapToObj(i -> redis.submit("t", Tally.one("t"))).toList();

      assertUnavailable(
          () -> redis.submit("t", Tally.one("t")).join(), "too many calls wait for Redis");
      waiting.forEach(CompletableFuture::join);
      assertThat(redis.submit("t", Tally.one("t")).join()).isEqualTo(11);
    }
  }

  @Test
  void submit_connectionKilled_goesOnByItself() {
    try (var redis = connect(shared, LONG)) {
      redis.submit("t", Tally.one("t")).join();
      shared.asked(commands -> commands.clientKill(KillArgs.Builder.typeNormal().skipme()));

      eventually("an answer", () -> succeeds(redis));
    }
  }

  @Test
  void redis_killedAndRestarted_isAwayAndBackAndNothingIsReplayed() {
    try (var own = LocalRedis.start("--appendonly", "yes", "--appendfsync", "always");
        var redis = connect(own, SHORT)) {
      eventually("the first answer", () -> succeeds(redis));
      var before = count(own, "t");
      own.kill();
      eventually("the circuit to open", () -> circuits() == 1);

      var began = System.nanoTime();
      for (int i = 0; i < 200; i++) {
        assertUnavailable(() -> redis.submit("t", Tally.one("t")).join(), "Redis is away");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SHORT.multipliedBy(10));

      own.restart();
      eventually("the circuit to close", () -> circuits() == 0);
      assertThat(count(own, "t")).isEqualTo(before);
      assertThat(redis.submit("t", Tally.one("t")).join()).isEqualTo(before + 1);
    }
  }

  @Test
  void redis_frozen_failsInTimeThenAtOnceAndIsBackByItself() {
    try (var own = LocalRedis.start();
        var redis = connect(own, SHORT)) {
      eventually("the first answer", () -> succeeds(redis));
      own.freeze();
      try {
        var began = System.nanoTime();
        assertUnavailable(
            () -> redis.submit("t", Tally.one("t")).join(), "Redis does not answer in time");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SHORT.multipliedBy(5));
        eventually("the circuit to open", () -> !succeeds(redis) && circuits() == 1);
        assertUnavailable(() -> redis.submit("t", Tally.one("t")).join(), "Redis is away");
      } finally {
        own.thaw();
      }
      eventually("the circuit to close", () -> circuits() == 0);
      eventually("an answer", () -> succeeds(redis));
    }
  }

  @Test
  void connect_redisThatEvicts_isRefused() {
    try (var own = LocalRedis.start("--maxmemory-policy", "allkeys-lru")) {
      assertRefused(own.settings(), "allkeys-lru (expected: noeviction)");
    }
  }

  @Test
  void connect_nobodyThere_saysWhere() {
    LocalRedis gone;
    try (var own = LocalRedis.start()) {
      gone = own;
    }
    assertRefused(gone.settings(), "127.0.0.1:" + gone.port(), "Connection refused");
  }

  @Test
  void connect_logNotAlwaysWritten_isRefusedWhereItMustBe() {
    try (var own = LocalRedis.start("--appendonly", "yes", "--appendfsync", "everysec")) {
      assertRefused(
          own.settings().withDurability(Durability.AOF_ALWAYS),
          "everysec (expected: always",
          "Set `appendonly yes` and `appendfsync always`");
      own.asked(commands -> commands.configSet("appendfsync", "always"));
      try (var redis = connect(own.settings().withDurability(Durability.AOF_ALWAYS))) {
        assertThat(redis.time("t").join()).isAfter(Instant.EPOCH);
      }
      own.asked(commands -> commands.configSet("appendonly", "no"));
      assertRefused(
          own.settings().withDurability(Durability.AOF_ALWAYS), "never (expected: always");
    }
  }

  @Test
  void connect_configForbidden_saysSoWhereItIsNeeded() {
    try (var own =
        LocalRedis.start(
            "--appendonly", "yes", "--appendfsync", "always", "--rename-command", "CONFIG", "")) {
      try (var redis = connect(own.settings())) {
        assertThat(redis.time("t").join()).isAfter(Instant.EPOCH);
      }
      assertRefused(own.settings().withDurability(Durability.AOF_ALWAYS), "Redis forbids CONFIG");
    }
  }

  @Test
  void write_noReplica_isUnavailableWhereOneMustHaveIt() {
    try (var primary = LocalRedis.start();
        var redis =
            connect(
                primary
                    .settings()
                    .withDurability(Durability.WAIT_REPLICA)
                    .withTimeout(Duration.ofSeconds(2)))) {
      assertUnavailable(() -> redis.submit("t", Tally.one("t")).join(), "not replicated");

      try (var replica = LocalRedis.start("--replicaof", "127.0.0.1", "" + primary.port())) {
        eventually(
            "the replica",
            () ->
                replica
                    .asked(commands -> commands.info("replication"))
                    .contains("master_link_status:up"));
        eventually("an answer", () -> succeeds(redis));
        assertThat(count(replica, "t")).isEqualTo(count(primary, "t")).isPositive();
      }
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void connect_onLoopsOfSomebody_leavesThemRunning() {
    var loops = new DefaultEventLoopGroupProvider(1).allocate(Transports.eventLoopGroupClass());
    try {
      var settings = shared.settings().withTimeout(LONG);
      var redis = Redis.connect(settings, Tally.SCRIPTS, TimeSource.SYSTEM, registry, loops);
      var loop = loops.next();
      var listening = new CountDownLatch(1);
      loop.execute(() -> awaitUninterruptibly(listening));
      var answer = redis.submit("t", Tally.one("t")).thenApply(sum -> loop.inEventLoop());
      listening.countDown();
      var onLoop = answer.join();
      redis.close();

      assertThat(onLoop).isTrue();
      assertThat(loops.isShuttingDown()).isFalse();
      assertUnavailable(
          () -> redis.submit("t", Tally.one("t")).join(), "the connection to Redis is closed");
    } finally {
      loops.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).awaitUninterruptibly();
    }
  }

  private static boolean succeeds(Redis redis) {
    try {
      return redis.submit("t", Tally.one("t")).join() > 0;
    } catch (CompletionException e) {
      assertThat(e.getCause()).hasFieldOrPropertyWithValue("reason", Reason.STORE_UNAVAILABLE);
      return false;
    }
  }

  private Redis connect(LocalRedis to, Duration timeout) {
    return connect(to.settings().withTimeout(timeout));
  }

  private Redis connect(RedisSettings settings) {
    registry.clear();
    return Redis.connect(settings, Tally.SCRIPTS, TimeSource.SYSTEM, registry);
  }

  private double circuits() {
    return registry.get("quota.redis.circuit").gauge().value();
  }

  private void assertRefused(RedisSettings settings, String... words) {
    assertThatThrownBy(() -> connect(settings))
        .hasFieldOrPropertyWithValue("reason", Reason.STORE_UNAVAILABLE)
        .hasMessageContainingAll(words);
  }

  private static void assertUnavailable(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .hasCauseInstanceOf(Failure.class)
        .cause()
        .hasFieldOrPropertyWithValue("reason", Reason.STORE_UNAVAILABLE)
        .hasFieldOrPropertyWithValue("retryAfter", Duration.ofSeconds(1))
        .hasMessage(message);
  }

  static long count(LocalRedis redis, String tenant) {
    var text = redis.asked(commands -> commands.get("{" + tenant + "}:n"));
    return text == null ? 0 : Long.parseLong(text);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
