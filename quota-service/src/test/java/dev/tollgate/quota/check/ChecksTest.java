package dev.tollgate.quota.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.failure.Reason;
import dev.tollgate.kernel.window.Window;
import dev.tollgate.quota.budget.HoldExpiry;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Tokens;
import dev.tollgate.quota.price.TestBooks;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChecksTest {
  private final TestChecks checks = new TestChecks();

  @Test
  void check_noBudgetMatches_isAllowed() {
    checks.budgets(TestBudget.of("a", Limit.requests(0)).where("team", "other"));

    var allowed = checks.allowed(TestAsk.of("r"));

    assertThat(allowed.clamped()).isFalse();
    assertThat(allowed.unheld()).isFalse();
    assertThat(allowed.reservation().counters()).isEmpty();
    assertThat(allowed.reservation().terms().held()).isEqualTo(new Spend(700_000, 100, 50));
    assertThat(allowed.reservation().terms().bookRef()).isEqualTo("default@1");
  }

  @Test
  void check_exactlyTheLimit_isAllowed() {
    checks.budgets(TestBudget.of("a", Limit.cost("USD", 700_000)));

    checks.allowed(TestAsk.of("r"));
  }

  @Test
  void check_oneNanoTooMuch_isDenied() {
    checks.budgets(TestBudget.of("a", Limit.cost("USD", 699_999)));

    var denied = checks.overLimit(TestAsk.of("r"));

    assertThat(denied.budget().id()).isEqualTo("a");
    assertThat(denied.limit().unit()).isEqualTo(CounterUnit.COST_NANOS);
    assertThat(denied.remaining()).isEqualTo(699_999);
    assertThat(denied.requested()).isEqualTo(700_000);
    assertThat(denied.byPriority()).isFalse();
    assertThat(denied.resetTime()).isEmpty();
  }

  @Test
  void check_severalDoNotAdmit_namesTheFirstById() {
    checks.budgets(
        TestBudget.of("z", Limit.requests(0)),
        TestBudget.of("b", Limit.tokens(1)),
        TestBudget.of("a", Limit.requests(5)));

    assertThat(checks.overLimit(TestAsk.of("r")).budget().id()).isEqualTo("b");
  }

  @Test
  void check_oneBudgetDenies_holdsNothingAnywhere() {
    checks.budgets(
        TestBudget.of("a", Limit.requests(1)),
        TestBudget.of("b", Limit.tokens(10)).where("team", "search"));
    checks.denied(TestAsk.of("r"));

    checks.budgets(TestBudget.of("a", Limit.requests(1)));
    checks.allowed(TestAsk.of("r2"));
  }

  @Test
  void check_calendarMonth_countsAnewWithTheNext() {
    checks.budgets(TestBudget.of("a", Limit.requests(1)).window(Window.month(ZoneOffset.UTC)));
    checks.allowed(TestAsk.of("r1"));
    var denied = checks.overLimit(TestAsk.of("r2"));
    assertThat(denied.resetTime()).contains(Instant.parse("2026-09-01T00:00:00Z"));

    checks.wait(Duration.ofHours(1));

    checks.allowed(TestAsk.of("r2"));
  }

  @Test
  void check_clockOfAnInstanceThatIsBehind_countsByThatOfTheStore() {
    var late =
        new TestChecks(
            holds ->
                new PassingHolds(holds) {
                  @Override
                  public Instant now() {
                    return super.now().minus(Duration.ofHours(2));
                  }
                },
            Denials.OFF);
    late.budgets(TestBudget.of("a", Limit.requests(1)).window(Window.month(ZoneOffset.UTC)));
    late.wait(Duration.ofHours(1));

    var reservation = late.allowed(TestAsk.of("r")).reservation();

    assertThat(reservation.counters().getFirst().startMillis())
        .isEqualTo(Instant.parse("2026-09-01T00:00:00Z").toEpochMilli());
  }

  @Test
  void check_inputAndOutputTokens_areCountedApart() {
    checks.budgets(
        TestBudget.of("a", Limit.inputTokens(250), Limit.outputTokens(120), Limit.tokens(400)));
    checks.allowed(TestAsk.of("r1").tokens(100, 50));

    assertThat(checks.overLimit(TestAsk.of("r2").tokens(151, 0)).limit().unit())
        .isEqualTo(CounterUnit.INPUT_TOKENS);
    assertThat(checks.overLimit(TestAsk.of("r3").tokens(0, 71)).limit().unit())
        .isEqualTo(CounterUnit.OUTPUT_TOKENS);
    checks.allowed(TestAsk.of("r4").tokens(150, 70));
  }

  @Test
  void check_lessOutputFits_isClampedToTheMost() {
    checks.budgets(TestBudget.of("a", Limit.cost("USD", 200_000 + 10_000 * 30 + 9_999)));

    var allowed = checks.allowed(TestAsk.of("r").least(10));

    assertThat(allowed.clamped()).isTrue();
    assertThat(allowed.reservation().terms().maxOutputTokens()).isEqualTo(30);
    assertThat(allowed.reservation().terms().held()).isEqualTo(new Spend(500_000, 100, 30));
  }

  @Test
  void check_lessOutputFitsAnyUnit_isClampedToTheTightest() {
    checks.budgets(
        TestBudget.of("a", Limit.cost("USD", 200_000 + 10_000 * 30), Limit.tokens(120)),
        TestBudget.of("b", Limit.tokens(1_000)),
        TestBudget.of("c", Limit.outputTokens(15)));

    var terms = checks.allowed(TestAsk.of("r").least(10)).reservation().terms();

    assertThat(terms.maxOutputTokens()).isEqualTo(15);
  }

  @Test
  void check_inputAloneDoesNotFit_isNotClamped() {
    checks.budgets(TestBudget.of("a", Limit.inputTokens(99)));

    checks.denied(TestAsk.of("r").least(1));
  }

  @Test
  void check_clampRetried_getsTheSameAnswer() {
    checks.budgets(TestBudget.of("a", Limit.cost("USD", 500_000)));
    var first = checks.allowed(TestAsk.of("r").least(10));

    var again = checks.allowed(TestAsk.of("r").least(10));

    assertThat(again.reservation()).isEqualTo(first.reservation());
    assertThat(again.clamped()).isTrue();
  }

  @Test
  void check_leastOutputDoesNotFit_isDenied() {
    checks.budgets(TestBudget.of("a", Limit.cost("USD", 200_000 + 10_000 * 30)));

    assertThat(checks.overLimit(TestAsk.of("r").least(31)).requested()).isEqualTo(700_000);
  }

  @Test
  void check_noLeastOutputGiven_isNeverClamped() {
    checks.budgets(TestBudget.of("a", Limit.cost("USD", 200_000 + 10_000 * 30)));

    checks.denied(TestAsk.of("r"));
  }

  @Test
  void check_largeBudget_countsInMicrosRoundedUp() {
    var limit = Limit.cost("USD", 5_000_000 * TestChecks.USD);
    checks.budgets(TestBudget.of("a", limit));

    var reservation = checks.allowed(TestAsk.of("r").tokens(0, 1)).reservation();

    assertThat(reservation.counters().getFirst().unit()).isEqualTo(CounterUnit.COST_MICROS);
    assertThat(limit.counted()).isEqualTo(5_000_000_000_000L);
    assertThat(checks.encumbered(reservation)).isEqualTo(10);
  }

  @Test
  void check_budgetInAnotherCurrency_fails() {
    checks.budgets(TestBudget.of("a", Limit.cost("EUR", 1_000_000)));

    checks.assertReason(Reason.CURRENCY_MISMATCH, TestAsk.of("r"));
    checks.allowed(TestAsk.of("r2").model("free"));
  }

  @Test
  void check_modelWithoutAPrice_fails() {
    checks.assertReason(Reason.MODEL_UNKNOWN, TestAsk.of("r").model("nope"));
  }

  @Test
  void check_sameIdOtherContent_fails() {
    checks.allowed(TestAsk.of("r").fingerprint("one"));

    checks.assertReason(Reason.REQUEST_ID_REUSED, TestAsk.of("r").fingerprint("two"));
  }

  @Test
  void check_beforeAnyBookArrived_fails() {
    var bases =
        new Bases(
            tenant -> Policy.EMPTY,
            (tenant, version) -> {
              throw new AssertionError("nobody asked for a newer one");
            },
            new PriceBooks(),
            checks.usual);
    var empty =
        new Checks(
            bases,
            checks.model,
            (tenant, version) -> checks.lives.begin(tenant, version),
            checks.tokens,
            Denials.OFF);

    assertThat(TestChecks.failureOf(() -> empty.decide(TestAsk.of("r").made()).join()).reason())
        .isEqualTo(Reason.SERVICE_UNAVAILABLE);
  }

  @Test
  void check_moreLimitsThanATokenCarries_fails() {
    var many = new TestBudget[40];
    for (int i = 0; i < many.length; i++) {
      many[i] = TestBudget.of("budget-with-a-long-name-" + i, Limit.requests(1_000));
    }
    checks.budgets(many);

    checks.assertReason(Reason.LIMIT_REACHED, TestAsk.of("r"));
  }

  @Test
  void check_groupedBudget_countsEachGroupApart() {
    checks.budgets(TestBudget.of("a", Limit.requests(1)).groupBy(10, "user"));

    checks.allowed(TestAsk.of("r1").user("ada"));
    checks.allowed(TestAsk.of("r2").user("ben"));
    assertThat(checks.overLimit(TestAsk.of("r3").user("ada")).group()).containsExactly("ada");
  }

  @Test
  void check_oneGroupTooMany_isRefusedWhateverItsUnits() {
    checks.budgets(TestBudget.of("a", Limit.requests(9), Limit.tokens(9_999)).groupBy(2, "user"));
    checks.allowed(TestAsk.of("r1").user("ada"));
    checks.allowed(TestAsk.of("r2").user("ben"));

    var failure = checks.failure(TestAsk.of("r3").user("cid"));

    assertThat(failure.reason()).isEqualTo(Reason.LIMIT_REACHED);
    assertThat(failure).hasMessageContaining("budget a has 2 groups");
    checks.allowed(TestAsk.of("r4").user("ada"));
  }

  @Test
  void check_holdThatExpires_leavesWhatItsBudgetSays() {
    checks.budgets(
        TestBudget.of("a", Limit.cost("USD", TestChecks.USD)),
        TestBudget.of("b", Limit.cost("USD", TestChecks.USD), Limit.outputTokens(999))
            .holdExpiry(HoldExpiry.CHARGE_INPUT),
        TestBudget.of("c", Limit.cost("USD", TestChecks.USD)).holdExpiry(HoldExpiry.RELEASE));
    var counters = checks.allowed(TestAsk.of("r")).reservation().counters();

    checks.wait(Duration.ofMinutes(11));
    checks.model.expire("acme").join();

    assertThat(checks.model.stand("acme", counters).join())
        .extracting(stand -> stand.encumbered())
        .containsExactly(700_000L, 200_000L, 0L, 0L);
  }

  @Test
  void check_fourBooksWithTheLongestIds_leaveRoomForBudgets() {
    var below = "default";
    for (var letter : List.of("c", "b", "a")) {
      var id = letter.repeat(63);
      checks.books.add(
          TestBooks.contract(id, 1_000_000, below, 1, 5), letter.equals("a") ? "acme" : "");
      below = id;
    }
    var five = new TestBudget[5];
    for (int i = 0; i < five.length; i++) {
      five[i] = TestBudget.of("team-search-month-" + i, Limit.requests(9), Limit.tokens(999));
    }
    checks.budgets(five);

    var reservation = checks.allowed(TestAsk.of("r")).reservation();

    assertThat(reservation.terms().bookRef()).hasSize(3 * (63 + 8) + 3 + 9);
    assertThat(reservation.counters()).hasSize(10);
    assertThat(checks.tokens.seal(reservation)).hasSizeLessThanOrEqualTo(Tokens.LENGTH_MAX);
    assertThat(checks.tokens.open("acme", checks.tokens.seal(reservation))).contains(reservation);
  }
}
