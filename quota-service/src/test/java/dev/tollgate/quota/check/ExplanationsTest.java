package dev.tollgate.quota.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.window.Window;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.budget.Enforcement;
import dev.tollgate.quota.budget.Freeze;
import dev.tollgate.quota.budget.Grace;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Priority;
import dev.tollgate.quota.budget.Selector;
import dev.tollgate.quota.budget.Thresholds;
import dev.tollgate.rating.Schedule;
import dev.tollgate.seed.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// What checks would get, told without holding anything.
class ExplanationsTest {
  private static final List<Priority> PRIORITIES = List.of(Priority.values());

  private final TestChecks checks = new TestChecks();

  @Test
  void explain_anyCheck_saysWhatTheCheckThenGets() {
    Seeds.check(
        "explain as check",
        200,
        5_000,
        (seed, random) -> {
          var some = new TestChecks();
          some.budgets(budget("a", random), budget("b", random), budget("c", random));
          for (int i = 0; i < 10; i++) {
            var id = "r" + i;
            var most = random.nextLong(60);
            var least = random.nextBoolean() ? 0 : random.nextLong(most + 1);
            var ask =
                TestAsk.of(id)
                    .tokens(random.nextLong(100), most)
                    .least(least)
                    .priority(PRIORITIES.get(random.nextInt(4)));
            var before = some.explanations.explain(ask.made()).join();
            var again = some.explanations.explain(ask.made()).join();
            assertThat(again.encumbered()).isEqualTo(before.encumbered());
            assertSame(before.decision(), again.decision());

            assertSame(before.decision(), some.decide(ask));
            some.wait(Duration.ofSeconds(random.nextLong(20)));
          }
        });
  }

  private static TestBudget budget(String id, RandomGenerator random) {
    var limit =
        switch (random.nextInt(4)) {
          case 0 -> Limit.cost("USD", random.nextLong(2_000_000));
          case 1 -> Limit.tokens(random.nextLong(500));
          case 2 -> Limit.outputTokens(random.nextLong(200));
          default -> Limit.requests(random.nextLong(8));
        };
    var thresholds =
        new Thresholds(
            50,
            100,
            Map.of(Priority.BATCH, 60),
            new Grace(30, Priority.CRITICAL, Selector.ALL, Schedule.ALWAYS));
    return TestBudget.of(id, limit)
        .thresholds(thresholds)
        .enforcement(random.nextInt(3) == 0 ? Enforcement.SHADOW : Enforcement.HARD)
        .window(
            random.nextBoolean()
                ? new Window.Sliding(Duration.ofMinutes(1))
                : new Window.Lifetime());
  }

  private static void assertSame(Decision likely, Decision decision) {
    if (likely instanceof Decision.Allowed would && decision instanceof Decision.Allowed did) {
      assertThat(would.reservation().terms()).isEqualTo(did.reservation().terms());
      assertThat(would.reservation().expireTime()).isEqualTo(did.reservation().expireTime());
      assertThat(would.clamped()).isEqualTo(did.clamped());
      assertThat(would.notices()).isEqualTo(did.notices());
    } else {
      assertThat(likely).isEqualTo(decision);
    }
  }

  @Test
  void explain_severalBudgets_tellsWhereEachStandsAndWhatItSays() {
    checks.budgets(
        TestBudget.of("a", Limit.cost("USD", 1_000_000)),
        TestBudget.of("b", Limit.requests(1)).enforcement(Enforcement.SHADOW));
    checks.allowed(TestAsk.of("r1"));

    var explanation = checks.explanations.explain(TestAsk.of("r2").made()).join();

    assertThat(explanation.encumbered()).containsExactly(700_000L, 1L);
    assertThat(explanation.demand().parts())
        .extracting(part -> part.claim().amount())
        .containsExactly(700_000L, 1L);
    assertThat(explanation.demand().parts().get(0).admits(700_000)).isFalse();
    assertThat(explanation.demand().parts().get(1).admits(1)).isFalse();
    assertThat(explanation.decision())
        .isInstanceOfSatisfying(
            Decision.OverLimit.class, no -> assertThat(no.budget().id()).isEqualTo("a"));
  }

  @Test
  void explain_frozenCall_stillTellsTheLimits() {
    checks.budgets(TestBudget.of("a", Limit.requests(1)));
    checks.freeze(freeze());

    var explanation = checks.explanations.explain(TestAsk.of("r").made()).join();

    assertThat(explanation.decision()).isInstanceOf(Decision.Frozen.class);
    assertThat(explanation.demand().parts()).hasSize(1);
  }

  @Test
  void explain_freeCallOnABudgetOfAnotherCurrency_namesItAsPassedOver() {
    checks.budgets(TestBudget.of("a", Limit.cost("EUR", 1)));

    var explanation = checks.explanations.explain(TestAsk.of("r").model("free").made()).join();

    assertThat(explanation.demand().foreign()).extracting(each -> each.id()).containsExactly("a");
    assertThat(explanation.demand().parts()).isEmpty();
  }

  @Test
  void allowances_severalLimits_areSortedByThePartThatIsLeft() {
    checks.budgets(
        TestBudget.of("a", Limit.cost("USD", 7_000_000)),
        TestBudget.of("b", Limit.requests(4), Limit.tokens(100_000)),
        TestBudget.of("c", Limit.requests(0)).enforcement(Enforcement.SOFT));
    checks.allowed(TestAsk.of("r"));

    var allowances = allowances(TestAsk.of("x").made().dimensions());

    assertThat(allowances.lines())
        .extracting(line -> line.part().budget().id() + " " + line.remaining())
        .containsExactly("c 0", "b 3", "a 6300000", "b 99850");
    assertThat(allowances.frozen()).isFalse();
  }

  @Test
  void allowances_modelNotGiven_leaveOutBudgetsThatLookAtIt() {
    checks.budgets(
        TestBudget.of("a", Limit.requests(4)),
        TestBudget.of("b", Limit.requests(4)).where("model", "m"),
        TestBudget.of("c", Limit.requests(4)).groupBy(9, "model"),
        TestBudget.of("d", Limit.requests(4)).groupBy(9, "provider"));
    var without = Dimensions.newBuilder().setTeam("search").build();

    assertThat(allowances(without).lines())
        .extracting(line -> line.part().budget().id())
        .containsExactly("a");
    assertThat(allowances(TestAsk.of("x").made().dimensions()).lines()).hasSize(4);
  }

  @Test
  void allowances_frozenOrEnded_sayThatNothingIsLeft() {
    checks.freeze(freeze());
    checks.budgets(
        TestBudget.of("parent", Limit.requests(4)),
        TestBudget.of("trial", Limit.requests(1)).carvedOutOf("parent").endTime(checks.time.now()));

    var allowances = allowances(TestAsk.of("x").made().dimensions());

    assertThat(allowances.frozen()).isTrue();
    assertThat(allowances.ended()).extracting(each -> each.id()).containsExactly("trial");
  }

  private Allowances allowances(Dimensions dimensions) {
    return checks.explanations.allowances("acme", dimensions, Priority.STANDARD).join();
  }

  private static Freeze freeze() {
    return new Freeze("f", Selector.ALL, "", "", Instant.MAX, Instant.EPOCH, "ada");
  }

  @Test
  void explain_checkThatIsAllowed_holdsNothing() {
    checks.budgets(TestBudget.of("a", Limit.requests(1)));

    checks.explanations.explain(TestAsk.of("r").made()).join();

    assertThat(checks.explanations.explain(TestAsk.of("r").made()).join().encumbered())
        .isEqualTo(List.of(0L));
    checks.allowed(TestAsk.of("r"));
  }
}
