package dev.tollgate.quota.backtest;

import static dev.tollgate.quota.backtest.TestHistory.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.window.Window;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.CheckRules;
import dev.tollgate.quota.budget.Enforcement;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.budget.Usual;
import dev.tollgate.quota.check.TestBudget;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Tokens;
import dev.tollgate.quota.price.TestBooks;
import dev.tollgate.secret.Secret;
import dev.tollgate.seed.Seeds;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class ReplayTest {
  private static final Instant START = Instant.parse("2026-03-10T00:00:00Z");
  private static final Instant END = START.plus(Duration.ofDays(30));
  private static final Window DAY = new Window.Calendar(Window.Unit.DAY, ZoneOffset.UTC, 1, 1);

  private final TestHistory history = new TestHistory();
  private Usual usual = Usual.UNKNOWN;

  @Test
  void replay_limitSpent_deniesUntilTheWindowEnds() {
    /* Each costs 1,000,000. */
    history.add(
        call("a", at(1), "ada", 0, 100),
        call("b", at(2), "ada", 0, 100),
        call("c", at(3), "ben", 0, 100),
        call("d", at(25), "ada", 0, 100));

    var found = replayed(TestBudget.of("day", Limit.cost("USD", 2_000_000)).window(DAY));

    assertThat(found.calls()).isEqualTo(4);
    assertThat(found.denied()).isEqualTo(1);
    assertThat(found.saved()).containsExactly(Map.entry("USD", BigInteger.valueOf(1_000_000)));
    var budget = found.budgets().getFirst();
    assertThat(budget.budget().id()).isEqualTo("day");
    assertThat(budget.firstTime()).isEqualTo(at(3));
    assertThat(budget.hits()).extracting(hit -> hit.who().user()).containsExactly("ben");
  }

  @Test
  void replay_ofACallThatAskedForMore_asksForThatAndCountsWhatItUsed() {
    var used = new Spend(100_000, 0, 10);
    history.add(call("a", at(1), "ada", "m", 100, used), call("b", at(2), "ada", "m", 91, used));

    /* Asked are 1,000,000 and 910,000; used is 100,000 each. */
    assertThat(replayed(TestBudget.of("a", Limit.cost("USD", 1_000_000))).denied()).isEqualTo(1);
    assertThat(replayed(TestBudget.of("a", Limit.cost("USD", 1_010_000))).denied()).isZero();
    assertThat(replayed(TestBudget.of("a", Limit.cost("USD", 999_999))).denied()).isEqualTo(1);
  }

  @Test
  void replay_callsBeforeTheStart_countInWindowsThatReachIntoIt() {
    history.add(
        call("old", START.minusSeconds(90_000), "ada", 0, 100), call("a", at(1), "ada", 0, 100));

    assertThat(replayed(TestBudget.of("day", Limit.cost("USD", 1_500_000)).window(DAY)).denied())
        .isZero();
    var ever = replayed(TestBudget.of("ever", Limit.cost("USD", 1_500_000)));
    assertThat(ever.denied()).isEqualTo(1);
    assertThat(ever.calls()).isEqualTo(1);
  }

  @Test
  void replay_deniedCalls_countOnNoBudget() {
    history.add(
        call("a", at(1), "ada", 0, 100),
        call("b", at(2), "ada", 0, 100),
        call("c", at(3), "ada", 0, 10));

    var found =
        replayed(
            TestBudget.of("all", Limit.requests(2)),
            TestBudget.of("money", Limit.cost("USD", 1_500_000)));

    assertThat(found.denied()).isEqualTo(1);
    assertThat(found.budgets()).extracting(each -> each.budget().id()).containsExactly("money");
  }

  @Test
  void replay_softAndShadow_denyNothing() {
    history.add(call("a", at(1), "ada", 0, 100), call("b", at(2), "ada", 0, 100));

    var found =
        replayed(
            TestBudget.of("soft", Limit.requests(1)).enforcement(Enforcement.SOFT),
            TestBudget.of("shadow", Limit.requests(1)).enforcement(Enforcement.SHADOW));

    assertThat(found.denied()).isZero();
    assertThat(found.budgets()).isEmpty();
  }

  @Test
  void replay_modelWithoutPrice_isPassedAndCounted() {
    history.add(
        call("a", at(1), "ada", "new", 0, new Spend(900_000, 0, 90)),
        call("b", at(2), "ada", 0, 100));

    var found = replayed(TestBudget.of("money", Limit.cost("USD", 1_500_000)));

    assertThat(found.undecided()).isEqualTo(1);
    assertThat(found.calls()).isEqualTo(2);
    assertThat(found.denied()).isEqualTo(1);
  }

  @Test
  void replay_costNobodyKnows_keepsWhatWasHeld() {
    var unknown =
        new PastCall(
            "a",
            at(1),
            call("a", at(1), "ada", 0, 0).dimensions(),
            "",
            100,
            "",
            true,
            new Spend(0, 0, 0));
    history.add(unknown, call("b", at(2), "ada", 0, 100));

    assertThat(replayed(TestBudget.of("money", Limit.cost("USD", 1_999_999))).denied())
        .isEqualTo(1);
    assertThat(replayed(TestBudget.of("money", Limit.cost("USD", 2_000_000))).denied()).isZero();
  }

  @Test
  void replay_oneGroupTooMany_isUndecided() {
    history.add(
        call("a", at(1), "ada", 0, 100),
        call("b", at(2), "ben", 0, 100),
        call("c", at(3), "ada", 0, 100));

    var found = replayed(TestBudget.of("users", Limit.requests(9)).groupBy(1, "user"));

    assertThat(found.undecided()).isEqualTo(1);
    assertThat(found.denied()).isZero();
  }

  @Test
  void replay_spendRate_isMeasuredByWhatWasUsualThen() {
    usual = (tenant, budget, at) -> at.isBefore(at(10)) ? 0 : 1_000_000;
    history.add(
        call("a", at(1), "ada", 0, 90),
        call("b", at(1).plusSeconds(60), "ada", 0, 90),
        call("c", at(11), "ada", 0, 90),
        call("d", at(11).plusSeconds(60), "ada", 0, 90));

    var found =
        replayed(
            TestBudget.of("rate", Limit.spendRate("USD", 1_000_000, 200))
                .window(new Window.Calendar(Window.Unit.HOUR, ZoneOffset.UTC, 1, 1)));

    assertThat(found.denied()).isEqualTo(1);
    assertThat(found.budgets().getFirst().firstTime()).isEqualTo(at(1).plusSeconds(60));
  }

  @Test
  void replay_notToGoOn_stopsWithoutAReport() {
    for (int i = 0; i < 2_000; i++) {
      history.add(call("c" + i, at(1).plusSeconds(i), "ada", 0, 1));
    }
    var replay = replay((replayed, total) -> replayed < 500, TestBudget.of("a", Limit.requests(9)));

    assertThat(replay.run()).isEmpty();
  }

  @Test
  void replay_ofMoreCallsThanMayBe_readsNone() {
    var calls =
        new History() {
          @Override
          public List<Hour> hours(Question question) {
            return List.of(new Hour(START, Replay.CALLS_MAX), new Hour(at(1), 1));
          }

          @Override
          public List<PastCall> page(Question question, Place after, Instant until, int size) {
            throw new AssertionError("read, though they are too many");
          }
        };
    var replay = replay(calls, (replayed, total) -> true, TestBudget.of("a", Limit.requests(9)));

    assertThatThrownBy(replay::run)
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.reason()).isEqualTo(Reason.QUERY_TOO_LARGE));
  }

  @Test
  void replay_carvedOutBudget_countsInPlaceOfItsParent() {
    history.add(
        call("a", at(1), "ada", 0, 100),
        call("b", at(2), "ben", 0, 100),
        call("c", at(3), "ada", 0, 100),
        call("d", at(4), "ben", 0, 100));

    var found =
        replayed(
            TestBudget.of("whole", Limit.cost("USD", 3_000_000)),
            TestBudget.of("part", Limit.cost("USD", 1_000_000))
                .where("user", "ada")
                .carvedOutOf("whole"));

    /* Two of the three are left to the others. */
    assertThat(found.budgets()).extracting(each -> each.budget().id()).containsExactly("part");
    assertThat(found.denied()).isEqualTo(1);
  }

  @Test
  void replay_storeFails_failsWithThatReason() {
    usual =
        (tenant, budget, at) -> {
          throw Failure.of(Reason.STORE_UNAVAILABLE, "gone");
        };
    history.add(call("a", at(1), "ada", 0, 90));
    var replay =
        replay(
            (replayed, total) -> true,
            TestBudget.of("rate", Limit.spendRate("USD", 1_000_000, 200)));

    assertThatThrownBy(replay::run)
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.reason()).isEqualTo(Reason.STORE_UNAVAILABLE));
  }

  @Test
  void replay_manyCalls_isWhatALedgerByHandSays() {
    Seeds.check(
        "replays",
        20,
        500,
        (seed, random) -> {
          var calls = new TestHistory();
          var spent = new HashMap<String, Long>();
          var limit = 1_000_000 + random.nextInt(20_000_000);
          var denied = 0;
          var saved = 0L;
          var time = START;
          for (int i = 0; i < 500; i++) {
            time = time.plusMillis(1 + random.nextLong(Duration.ofHours(2).toMillis()));
            if (!time.isBefore(END)) {
              break;
            }
            var user = "u" + random.nextInt(3);
            var call =
                call(
                    "c%05d".formatted(i), time, user, random.nextInt(500), 1 + random.nextInt(200));
            calls.add(call);
            var key = user + time.atOffset(ZoneOffset.UTC).toLocalDate();
            var cost = call.spend().costNanos();
            if (spent.getOrDefault(key, 0L) + cost <= limit) {
              spent.merge(key, cost, Long::sum);
            } else {
              denied++;
              saved += cost;
            }
          }

          var found =
              replay(
                      calls,
                      (replayed, total) -> true,
                      TestBudget.of("day", Limit.cost("USD", limit))
                          .groupBy(1_000, "user")
                          .window(DAY))
                  .run()
                  .orElseThrow();

          assertThat(found.denied()).isEqualTo(denied);
          assertThat(found.saved().getOrDefault("USD", BigInteger.ZERO)).isEqualTo(saved);
        });
  }

  private static Instant at(int hours) {
    return START.plus(Duration.ofHours(hours));
  }

  private Findings replayed(TestBudget... budgets) {
    return replay((replayed, total) -> true, budgets).run().orElseThrow();
  }

  private Replay replay(Replay.Watcher watcher, TestBudget... budgets) {
    return replay(history, watcher, budgets);
  }

  private Replay replay(History calls, Replay.Watcher watcher, TestBudget... budgets) {
    List<Budget> made = Stream.of(budgets).map(TestBudget::made).toList();
    var policy = new Policy(0, made, List.of(), CheckRules.DEFAULT, Map.of());
    var books = new PriceBooks();
    books.add(TestBooks.book(1), "");
    return new Replay(
        new Backtest("acme", Map.of(), policy, START, END),
        calls,
        books,
        usual,
        new Tokens(new Secret("0123456789abcdef0123456789abcdef")),
        watcher);
  }
}
