package dev.tollgate.quota.hold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.quota.redis.Redis;
import dev.tollgate.seed.Seeds;
import dev.tollgate.testkit.Stores;
import dev.tollgate.testkit.StoresExtension;
import dev.tollgate.time.FakeTime;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

/// The same random commands, given to the model and to Redis, get the same answers, and every
/// counter stands the same after each.
@ExtendWith(StoresExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class HoldsDifferentialIT {
  private static final Duration STEP = Duration.ofMillis(2);
  private static final Duration SHORT = Duration.ofMillis(1);
  private static final Duration LONG = Duration.ofHours(1);
  private static final int COMMANDS = 60;
  private static final List<Counter> COUNTERS =
      List.of(HoldsContract.COST, HoldsContract.MICROS, HoldsContract.TOKENS, HoldsContract.CALLS);

  private TestRedis redis;
  private Redis link;
  private Holds real;
  private String tenant;

  @BeforeAll
  void connect(Stores stores) {
    redis = new TestRedis(stores.redisUrl(), stores.redisPassword());
    link = redis.connect();
    real = RedisHolds.on(link, HoldLimits.DEFAULT, TimeSource.SYSTEM);
    tenant = stores.tenant();
  }

  @AfterAll
  void disconnect() {
    link.close();
    redis.close();
  }

  @Test
  void commands_anySequence_getTheModelsAnswers() {
    Seeds.check("holds: model and Redis", 25, 500, this::compare);
  }

  private void compare(long seed, RandomGenerator random) {
    var time = new FakeTime(Instant.parse("2026-08-01T00:00:00Z"));
    var model = new InMemoryHolds(time);
    var name = tenant + "-" + seed;
    var position = 0L;
    var inModel = new ArrayList<Reservation>();
    var inRedis = new ArrayList<Reservation>();
    for (int i = 0; i < COMMANDS; i++) {
      /* Short holds are over at the next command, long ones never: the two clocks need not agree. */
      elapse(time);
      var known = inModel.size();
      var which = known == 0 ? 0 : random.nextInt(known);
      var spend = new Spend(random.nextLong(1, 4_000), random.nextLong(1, 300), 0);
      switch (known == 0 ? 0 : random.nextInt(12)) {
        case 0, 1, 2, 3, 4 -> {
          var wish = wish(name, random, spend);
          var expected = model.reserve(wish).join();
          var actual = real.reserve(wish).join();
          assertThat(plain(actual)).as("command %s: %s", i, wish).isEqualTo(plain(expected));
          if (expected instanceof Reserved.Granted granted) {
            inModel.add(reservation(wish, granted));
            inRedis.add(reservation(wish, (Reserved.Granted) actual));
          }
        }
        case 5, 6 ->
            assertThat(real.settle(inRedis.get(which), spend).join())
                .as("command %s: settle", i)
                .isEqualTo(model.settle(inModel.get(which), spend).join());
        case 7 ->
            assertThat(real.release(inRedis.get(which)).join())
                .as("command %s: release", i)
                .isEqualTo(model.release(inModel.get(which)).join());
        case 8 ->
            assertThat(real.expire(name).join())
                .as("command %s: expire", i)
                .isEqualTo(model.expire(name).join());
        case 9, 10 -> {
          var first = Math.max(1, position - random.nextInt(3));
          var run = new ArrayList<LedgerEntry>();
          var sameInRedis = new ArrayList<LedgerEntry>();
          for (int j = 0; j < random.nextInt(1, 6); j++) {
            var kind = random.nextInt(8);
            var other = random.nextInt(known);
            run.add(entry(first + j, kind, inModel.get(other), spend));
            sameInRedis.add(entry(first + j, kind, inRedis.get(other), spend));
          }
          var expected = model.apply(name, "log-1", run).join();
          assertThat(real.apply(name, "log-1", sameInRedis).join())
              .as("command %s: apply %s", i, run)
              .isEqualTo(expected);
          position = expected.position();
        }
        default -> {
          if (random.nextInt(10) == 0) {
            model.loseEverything();
            redis.forget(name);
          }
        }
      }
      elapse(time);
      assertThat(real.stand(name, COUNTERS).join())
          .as("after command %s", i)
          .isEqualTo(model.stand(name, COUNTERS).join());
    }
    redis.forget(name);
  }

  private void elapse(FakeTime time) {
    time.advance(STEP);
    redis.elapse(SHORT);
  }

  private static Wish wish(String tenant, RandomGenerator random, Spend spend) {
    var claims = new ArrayList<Claim>();
    for (var counter : COUNTERS) {
      if (random.nextInt(4) != 0) {
        var amount = random.nextInt(6) == 0 ? 0 : counter.unit().of(spend);
        claims.add(
            Claim.of(counter, counter.unit() == CounterUnit.COST_NANOS ? 9_000 : 500, amount));
      }
    }
    return new Wish(
        tenant,
        ReservationId.of(tenant, "request-" + random.nextInt(20)),
        "print-" + random.nextInt(2),
        random.nextInt(4) == 0 ? SHORT : LONG,
        new Terms("default@1", "USD", spend, 5, random.nextInt(8) == 0),
        Head.NONE,
        false,
        claims);
  }

  private static LedgerEntry entry(long position, int kind, Reservation reservation, Spend spend) {
    return switch (kind) {
      case 0 -> new LedgerEntry.Unknown(position);
      case 1 -> new LedgerEntry.GiveBack(position, reservation);
      case 2 -> new LedgerEntry.Unpriced(position, reservation, spend.tokens(), 0);
      case 3 -> new LedgerEntry.Unpriced(position, reservation, 0, 0);
      default -> new LedgerEntry.Actual(position, reservation, spend);
    };
  }

  private static Reservation reservation(Wish wish, Reserved.Granted granted) {
    return new Reservation(
        wish.tenant(),
        wish.id(),
        granted.epoch(),
        granted.checkTime(),
        granted.expireTime(),
        new Subject("p", "m", "", ""),
        granted.terms(),
        granted.counters());
  }

  /* Without what differs by nature: epochs and times. */
  private static Object plain(Reserved answer) {
    return switch (answer) {
      case Reserved.Granted granted ->
          List.of(granted.replayed(), granted.terms(), granted.counters());
      case Reserved.Refused refused -> refused.encumbered();
      case Reserved.Stale stale -> "stale";
      default -> answer;
    };
  }
}
