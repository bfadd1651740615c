package dev.tollgate.quota.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.window.Window;
import dev.tollgate.kernel.window.Window.Calendar;
import dev.tollgate.kernel.window.Window.Unit;
import dev.tollgate.quota.budget.Grace;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Priority;
import dev.tollgate.quota.budget.Selector;
import dev.tollgate.quota.budget.Thresholds;
import dev.tollgate.quota.price.TestBooks;
import dev.tollgate.rating.Schedule;
import dev.tollgate.rating.Schedule.Hours;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Where other systems let money through, or stood in the way, as we meet it.
class OthersFailuresTest {
  private final TestChecks checks = new TestChecks();

  /* 0.30 USD each: one fits. */
  @Test
  void fiveConcurrentCallsOf300kTokens_onA45CentBudget_admitOne() throws Exception {
    checks.books.add(TestBooks.bookWith(2, "lite", 1, 1), "");
    checks.budgets(TestBudget.of("a", Limit.cost("USD", 450_000_000)));
    List<Callable<Decision>> calls =
        IntStream.range(0, 5)
            .<Callable<Decision>>mapToObj(
                i -> () -> checks.decide(TestAsk.of("r" + i).model("lite").tokens(290_000, 10_000)))
            .toList();
    var admitted = 0;
    try (var threads = Executors.newFixedThreadPool(5)) {
      for (var call : threads.invokeAll(calls)) {
        admitted += call.get() instanceof Decision.Allowed ? 1 : 0;
      }
    }

    assertThat(admitted).isEqualTo(1);
  }

  @Test
  void freeModel_whileTheMoneyIsSpent_isStillBoundByTokensAndRequests() {
    checks.budgets(
        TestBudget.of("money", Limit.cost("USD", 0)),
        TestBudget.of("calls", Limit.requests(3), Limit.tokens(300)));
    checks.denied(TestAsk.of("paid"));

    checks.allowed(TestAsk.of("r1").model("free").tokens(100, 50));
    checks.allowed(TestAsk.of("r2").model("free").tokens(100, 50));
    assertThat(checks.overLimit(TestAsk.of("r3").model("free").tokens(1, 0)).budget().id())
        .isEqualTo("calls");
    checks.allowed(TestAsk.of("r4").model("free").tokens(0, 0));
    checks.denied(TestAsk.of("r5").model("free").tokens(0, 0));
  }

  /* Ten callers each ask for 100,000 of output and use 500: worst cases would pin the budget after
  the first. */
  @Test
  void budgetPinnedByWorstCases_clampedCalls_letTrafficFlow() {
    checks.budgets(TestBudget.of("a", Limit.cost("USD", TestChecks.USD)));
    checks.allowed(TestAsk.of("pinning").tokens(100, 90_000));
    checks.denied(TestAsk.of("whole").tokens(100, 100_000));

    for (int i = 0; i < 10; i++) {
      var allowed = checks.allowed(TestAsk.of("r" + i).tokens(100, 100_000).least(500));
      assertThat(allowed.clamped()).isTrue();
      assertThat(allowed.reservation().terms().maxOutputTokens()).isBetween(500L, 10_000L);
      checks.settle(allowed, 5_200_000, 100, 500);
    }
  }

  /* "Never surface a billing error to a paying customer in business hours." */
  @Test
  void criticalTraffic_inBusinessHours_isNeverDeniedWhileBatchStopsAtEightyPercent() {
    var hours =
        new Schedule(
            EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY),
            List.of(new Hours(8 * 60, 18 * 60)),
            ZoneId.of("Europe/Berlin"),
            Set.of());
    var paying = Selector.of(Map.of("environment", "prod"));
    var thresholds =
        new Thresholds(
            80,
            100,
            Map.of(Priority.BATCH, 80),
            new Grace(10_000, Priority.CRITICAL, paying, hours));
    checks.budgets(
        TestBudget.of("a", Limit.requests(10))
            .window(new Calendar(Unit.DAY, ZoneOffset.UTC, 1, 1))
            .thresholds(thresholds));
    checks.wait(Duration.ofHours(9)); // Tuesday, 10 o'clock in Berlin

    for (int i = 0; i < 8; i++) {
      checks.allowed(TestAsk.of("batch" + i).priority(Priority.BATCH));
    }
    assertThat(checks.overLimit(TestAsk.of("batch8").priority(Priority.BATCH)).byPriority())
        .isTrue();
    checks.allowed(TestAsk.of("standard0"));
    checks.allowed(TestAsk.of("standard1"));
    checks.denied(TestAsk.of("standard2"));
    for (int i = 0; i < 500; i++) {
      checks.allowed(critical("critical" + i));
    }
    checks.denied(critical("trial").environment("dev"));

    checks.wait(Duration.ofHours(8)); // 18 o'clock: the budget holds for everybody
    checks.denied(critical("late"));
  }

  @Test
  void agentInALoop_isStoppedByTheCapOfItsSession() {
    checks.budgets(
        TestBudget.of("team", Limit.cost("USD", 100 * TestChecks.USD)),
        TestBudget.of("session", Limit.cost("USD", 5_000_000)).groupBy(1_000, "tags.session"));
    var steps = 0;
    while (steps < 100
        && checks.decide(TestAsk.of("loop" + steps).session("s1"))
            instanceof Decision.Allowed step) {
      checks.settle(step, 700_000, 100, 50);
      steps++;
    }

    assertThat(steps).isEqualTo(7);
    checks.allowed(TestAsk.of("other").session("s2"));
  }

  @Test
  void requestsPerMinute_sliding_admitNoMoreInAnyMinute() {
    checks.budgets(
        TestBudget.of("a", Limit.requests(2)).window(new Window.Sliding(Duration.ofMinutes(1))));
    checks.wait(Duration.ofSeconds(55));
    checks.allowed(TestAsk.of("r1"));
    checks.allowed(TestAsk.of("r2"));

    checks.wait(Duration.ofSeconds(10));
    checks.denied(TestAsk.of("r3"));
    checks.wait(Duration.ofSeconds(55));

    checks.allowed(TestAsk.of("r3"));
  }

  @Test
  void spendRate_isBoundByWhatIsUsualAtThisHourAndByItsFloor() {
    var hour = new Calendar(Unit.HOUR, ZoneOffset.UTC, 1, 1);
    checks.budgets(TestBudget.of("a", Limit.spendRate("USD", 700_000, 300)).window(hour));
    checks.allowed(TestAsk.of("r1"));
    checks.denied(TestAsk.of("r2"));

    checks.usual = (tenant, budget, at) -> 700_000;

    checks.allowed(TestAsk.of("r3"));
    checks.allowed(TestAsk.of("r4"));
    checks.denied(TestAsk.of("r5"));
  }

  @Test
  void deniedCall_doesNotEatTheBudgetsThatItShares() {
    checks.budgets(
        TestBudget.of("mine", Limit.requests(0)).where("team", "search"),
        TestBudget.of("shared", Limit.requests(1)));
    for (int i = 0; i < 20; i++) {
      checks.denied(TestAsk.of("r" + i));
    }

    checks.allowed(TestAsk.of("other").team("ads"));
  }

  private static TestAsk critical(String id) {
    return TestAsk.of(id).priority(Priority.CRITICAL).environment("prod");
  }
}
