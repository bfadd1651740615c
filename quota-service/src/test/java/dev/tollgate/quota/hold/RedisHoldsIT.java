package dev.tollgate.quota.hold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.TimeSource;
import io.lettuce.core.KillArgs;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StoresExtension.class)
class RedisHoldsIT extends HoldsContract {
  private final TestRedis redis = ((RedisStage) stage).redis();
  private final String tenant = stage.tenant();

  RedisHoldsIT(Stores stores) {
    super(new RedisStage(stores));
  }

  @Test
  void keys_afterAnything_carryTheTenantsTag() {
    var reservation = granted(wish("a", 10, 10, LONG));
    apply(new LedgerEntry.Actual(1, reservation, new Spend(1, 1, 0)));

    assertThat(redis.keys(tenant)).hasSize(7).allMatch(key -> key.startsWith("{" + tenant + "}:"));
  }

  @Test
  void reserve_refused_writesNothing() {
    assertThat(reserve(wish("a", 101, 10, LONG))).isInstanceOf(Reserved.Refused.class);

    assertThat(redis.keys(tenant)).containsExactly("{" + tenant + "}:e");
  }

  @Test
  void records_afterTheirHold_areKeptForTheirTime() {
    var open = granted(wish("a", 1, 1, LONG));
    var closed = granted(wish("b", 1, 1, LONG));
    holds().release(closed).join();

    assertThat(redis.timeToLive("{" + tenant + "}:r:" + open.id().text()))
        .isBetween(Duration.ofDays(34), Duration.ofDays(36));
    assertThat(redis.timeToLive("{" + tenant + "}:r:" + closed.id().text()))
        .isBetween(Duration.ofMinutes(69), Duration.ofMinutes(71));
  }

  @Test
  void counters_ofAWindow_expireAfterItAndLifetimesNever() {
    var now = holds().now();
    var month =
        new Counter(
            "m",
            CounterUnit.REQUESTS,
            "g",
            now.minusSeconds(50).toEpochMilli(),
            now.plusSeconds(100).toEpochMilli());
    granted(wish("a", new Spend(0, 0, 0), LONG, Claim.of(month, 10, 1), Claim.of(CALLS, 10, 1)));

    assertThat(redis.timeToLive("{" + tenant + "}:b:" + month.name()))
        .isBetween(Duration.ofMinutes(10), Duration.ofMinutes(10).plusSeconds(100));
    assertThat(redis.timeToLive("{" + tenant + "}:b:" + CALLS.name())).isNegative();
  }

  @Test
  void batch_itemFailsByADefect_hasChangedNothingAndTheOthersAreDone() {
    redis.commands().set("{" + tenant + "}:b:" + CALLS.name(), "nonsense");
    var clock = new RedisClock(TimeSource.SYSTEM);
    clock.told(holds().now().toEpochMilli());
    var broken = wish("a", 10, 10, LONG);
    var whole = wish("b", Spend.NOTHING, LONG, Claim.of(COST, 100, 7));

    var answers =
        TestBatch.of(
                List.of(
                    new ReserveVerb(broken, HoldLimits.DEFAULT, clock),
                    new ReserveVerb(whole, HoldLimits.DEFAULT, clock)))
            .run(redis.connectForBatches());

    assertThat(answers.get(0)).isEqualTo("reserve.lua's answer: ERR");
    assertThat(answers.get(1)).isInstanceOf(Reserved.Granted.class);
    assertThat(stand(COST, TOKENS)).containsExactly(new Stand(7, 7), new Stand(0, 0));
  }

  @Test
  void batch_checksOfOneCounter_seeWhatThoseBeforeThemTook() {
    var clock = new RedisClock(TimeSource.SYSTEM);
    clock.told(holds().now().toEpochMilli());
    var verbs =
        IntStream.range(0, 20)
            .mapToObj(i -> wish("r" + i % 15, Spend.NOTHING, LONG, Claim.of(COST, 100, 9)))
            .map(wish -> new ReserveVerb(wish, HoldLimits.DEFAULT, clock))
            .toList();

    var answers = TestBatch.of(verbs).run(redis.connectForBatches());

    /* 11 fit, 4 don't, and 5 of those that fit are asked for again. */
    assertThat(answers).filteredOn(it -> it instanceof Reserved.Granted).hasSize(16);
    assertThat(answers.get(11)).isInstanceOf(Reserved.Refused.class);
    assertThat(((Reserved.Granted) answers.get(15)).replayed()).isTrue();
    assertThat(stand(COST)).containsExactly(new Stand(99, 99));
  }

  @Test
  void anyVerb_scriptsFlushed_runsAsBefore() {
    redis.commands().scriptFlush();

    granted(wish("a", 10, 10, LONG));

    assertThat(stand(COST)).containsExactly(new Stand(10, 10));
  }

  @Test
  void reserve_redisDoesNotAnswer_failsInTimeAndIsFoundOutByTheRetry() {
    try (var connection = redis.connect(Duration.ofMillis(50))) {
      var hasty = RedisHolds.on(connection, HoldLimits.DEFAULT, TimeSource.SYSTEM);
      redis.commands().clientPause(600);
      var began = System.nanoTime();

      assertThatThrownBy(() -> hasty.reserve(wish("a", 10, 10, LONG)).join())
          .hasCauseInstanceOf(Failure.class)
          .cause()
          .hasFieldOrPropertyWithValue("reason", Reason.STORE_UNAVAILABLE)
          .hasFieldOrPropertyWithValue("retryAfter", Duration.ofSeconds(1));
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(500));
    }
    granted(wish("a", 10, 10, LONG));
    assertThat(stand(COST, CALLS)).containsExactly(new Stand(10, 10), new Stand(1, 1));
  }

  @Test
  void reserve_connectionLost_failsAtOnceUntilItIsBack() {
    redis.commands().clientKill(KillArgs.Builder.typeNormal().skipme());

    Reserved answer = null;
    for (int i = 0; answer == null; i++) {
      assertThat(i).as("tries").isLessThan(500);
      try {
        answer = reserve(wish("a", 10, 10, LONG));
      } catch (CompletionException e) {
        assertThat(e.getCause()).hasFieldOrPropertyWithValue("reason", Reason.STORE_UNAVAILABLE);
        redis.elapse(Duration.ofMillis(10));
      }
    }
    assertThat(answer).isInstanceOf(Reserved.Granted.class);
    assertThat(stand(COST)).containsExactly(new Stand(10, 10));
  }

  @Test
  void connect_redisThatEvicts_isRefused() {
    redis.commands().configSet("maxmemory-policy", "volatile-lru");
    try {
      assertThatThrownBy(() -> redis.connect())
          .hasFieldOrPropertyWithValue("reason", Reason.STORE_UNAVAILABLE)
          .hasMessageContaining("volatile-lru (expected: noeviction)");
    } finally {
      redis.commands().configSet("maxmemory-policy", "noeviction");
    }
  }

  @Test
  void connect_nobodyThere_saysWhere() {
    assertThatThrownBy(() -> TestRedis.connectTo("redis://127.0.0.1:1"))
        .hasFieldOrPropertyWithValue("reason", Reason.STORE_UNAVAILABLE)
        .hasMessageContaining("127.0.0.1:1");
  }
}
