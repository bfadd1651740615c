package dev.tollgate.quota.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.window.Window;
import dev.tollgate.money.Nanos;
import dev.tollgate.quota.budget.Enforcement;
import dev.tollgate.quota.budget.Freeze;
import dev.tollgate.quota.budget.Grace;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Models;
import dev.tollgate.quota.budget.Models.Downgrade;
import dev.tollgate.quota.budget.Priority;
import dev.tollgate.quota.budget.Selector;
import dev.tollgate.quota.budget.Thresholds;
import dev.tollgate.quota.price.TestBooks;
import dev.tollgate.rating.Glob;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Why calls are denied, in which order it is looked for, and which way out is shown.
class DenialTest {
  private static final Models TINY = new Models(List.of(new Glob("tiny*")), List.of());

  private final TestChecks checks = new TestChecks();

  @Test
  void denied_frozen_comesFirstAndNeedsNoPrice() {
    checks.freeze(freeze(Map.of("team", "search"), Instant.MAX));
    checks.budgets(TestBudget.of("a", Limit.requests(0)).models(TINY));

    assertThat(checks.denied(TestAsk.of("r").model("nope")))
        .isInstanceOfSatisfying(
            Decision.Frozen.class, no -> assertThat(no.freeze().id()).isEqualTo("f"));
    assertThat(checks.denied(TestAsk.of("r").team("ads"))).isNotInstanceOf(Decision.Frozen.class);
  }

  @Test
  void denied_freezeThatEnds_isOver() {
    checks.freeze(freeze(Map.of(), checks.time.now().plusSeconds(60)));
    checks.denied(TestAsk.of("r"));

    checks.wait(Duration.ofSeconds(60));

    checks.allowed(TestAsk.of("r"));
  }

  @Test
  void denied_endedCarveOut_comesBeforeModelsAndLimits() {
    checks.budgets(
        TestBudget.of("parent", Limit.requests(0)).models(TINY),
        TestBudget.of("trial", Limit.requests(5))
            .where("team", "search")
            .carvedOutOf("parent")
            .endTime(checks.time.now()));

    assertThat(checks.denied(TestAsk.of("r")))
        .isInstanceOfSatisfying(
            Decision.Ended.class, no -> assertThat(no.budget().id()).isEqualTo("trial"));
  }

  @Test
  void denied_carveOut_cannotBleedIntoItsParent() {
    checks.budgets(
        TestBudget.of("parent", Limit.requests(3)),
        TestBudget.of("trial", Limit.requests(1)).where("team", "search").carvedOutOf("parent"));
    checks.allowed(TestAsk.of("r1"));

    assertThat(checks.overLimit(TestAsk.of("r2")).budget().id()).isEqualTo("trial");
    checks.allowed(TestAsk.of("r3").team("ads"));
    checks.allowed(TestAsk.of("r4").team("ads"));
    assertThat(checks.overLimit(TestAsk.of("r5").team("ads")).budget().id()).isEqualTo("parent");
  }

  @Test
  void denied_modelNotAllowed_comesBeforeLimits() {
    checks.budgets(
        TestBudget.of("a", Limit.requests(0)), TestBudget.of("b", Limit.requests(9)).models(TINY));

    assertThat(checks.denied(TestAsk.of("r")))
        .isInstanceOfSatisfying(
            Decision.ModelNotAllowed.class, no -> assertThat(no.budget().id()).isEqualTo("b"));
  }

  @Test
  void denied_noBudgetMatches_onlyByTheRules() {
    checks.budgets(TestBudget.of("a", Limit.requests(9)).where("team", "ads"));
    checks.allowed(TestAsk.of("r1"));

    checks.denyWithoutBudget();

    assertThat(checks.denied(TestAsk.of("r2"))).isInstanceOf(Decision.NoBudget.class);
    checks.allowed(TestAsk.of("r3").team("ads"));
  }

  @Test
  void denied_fallbackBudget_countsWhatNoOtherMatches() {
    checks.denyWithoutBudget();
    checks.budgets(
        TestBudget.of("a", Limit.requests(9)).where("team", "ads"),
        TestBudget.of("z", Limit.requests(1)).fallback());
    checks.allowed(TestAsk.of("r1").team("ads"));
    checks.allowed(TestAsk.of("r2"));

    assertThat(checks.overLimit(TestAsk.of("r3")).budget().id()).isEqualTo("z");
  }

  @Test
  void denied_beyondAPrioritysCutOff_isByPriority() {
    var thresholds = new Thresholds(80, 100, Map.of(Priority.BATCH, 50), Grace.NONE);
    checks.budgets(TestBudget.of("a", Limit.requests(2)).thresholds(thresholds));
    checks.allowed(TestAsk.of("r1").priority(Priority.BATCH));

    var denied = checks.overLimit(TestAsk.of("r2").priority(Priority.BATCH));

    assertThat(denied.byPriority()).isTrue();
    assertThat(denied.remaining()).isZero();
    checks.allowed(TestAsk.of("r3"));
    assertThat(checks.overLimit(TestAsk.of("r4").priority(Priority.BATCH)).byPriority()).isFalse();
  }

  @Test
  void denied_slidingWindow_mayBeAskedAgainWhenTheOldestSlotLeaves() {
    checks.budgets(
        TestBudget.of("a", Limit.requests(1)).window(new Window.Sliding(Duration.ofMinutes(1))));
    checks.wait(Duration.ofSeconds(2));
    checks.allowed(TestAsk.of("r1"));

    assertThat(checks.overLimit(TestAsk.of("r2")).resetTime())
        .contains(Instant.parse("2026-08-31T23:00:05Z"));
  }

  @Test
  void advice_cheaperModelThatFits_isGivenWithItsSaving() {
    book("tiny", 1, 5);
    checks.budgets(
        TestBudget.of("a", Limit.cost("USD", 400_000)).models(downgrades("nope", "tiny")),
        TestBudget.of("b", Limit.requests(1)));

    var advice = checks.overLimit(TestAsk.of("r")).advice();

    assertThat(advice).containsExactly(new Advice("p", "tiny", "USD", new Nanos(350_000)));
    checks.allowed(TestAsk.of("r").model("tiny"));
  }

  @Test
  void advice_modelThatAnotherBudgetDoesNotAdmit_isPassedOver() {
    book("tiny", 1, 5);
    checks.budgets(
        TestBudget.of("a", Limit.cost("USD", 400_000)).models(downgrades("tiny", "free")),
        TestBudget.of("b", Limit.requests(1))
            .models(new Models(List.of(new Glob("m"), new Glob("free")), List.of())));

    assertThat(checks.overLimit(TestAsk.of("r")).advice())
        .extracting(Advice::model)
        .containsExactly("free");
  }

  @Test
  void advice_modelThatDoesNotFitOrCountsElsewhere_isPassedOver() {
    book("tiny", 1, 5);
    checks.budgets(
        TestBudget.of("a", Limit.cost("USD", 349_999)).models(downgrades("tiny", "free")),
        TestBudget.of("b", Limit.requests(9)).where("model", "free"));

    assertThat(checks.overLimit(TestAsk.of("r")).advice()).isEmpty();
  }

  @Test
  void advice_dearerModel_isNone() {
    checks.budgets(
        TestBudget.of("a", Limit.requests(9))
            .models(new Models(List.of(new Glob("dear")), List.of(new Downgrade("q", "dear")))));

    assertThat(((Decision.ModelNotAllowed) checks.denied(TestAsk.of("r"))).advice()).isEmpty();
  }

  @Test
  void advice_modelNotAllowed_isGivenByTheCountersAndHoldsNothing() {
    book("tiny", 1, 5);
    var models = new Models(List.of(new Glob("tiny")), List.of(new Downgrade("", "tiny")));
    checks.budgets(TestBudget.of("a", Limit.cost("USD", 350_000)).models(models));
    checks.allowed(TestAsk.of("first").model("tiny").tokens(0, 0));

    assertThat(((Decision.ModelNotAllowed) checks.denied(TestAsk.of("r"))).advice())
        .containsExactly(new Advice("p", "tiny", "USD", new Nanos(350_000)));
    checks.allowed(TestAsk.of("r2").model("tiny"));
    assertThat(((Decision.ModelNotAllowed) checks.denied(TestAsk.of("r"))).advice()).isEmpty();
  }

  @Test
  void denied_softBudgetsModels_denyNothing() {
    checks.budgets(
        TestBudget.of("a", Limit.requests(9)).models(TINY).enforcement(Enforcement.SOFT));

    checks.allowed(TestAsk.of("r"));
  }

  private void book(String model, int input, int output) {
    checks.books.add(TestBooks.bookWith(2, model, input, output), "");
  }

  private static Models downgrades(String... models) {
    return new Models(
        List.of(), List.of(models).stream().map(model -> new Downgrade("", model)).toList());
  }

  private static Freeze freeze(Map<String, String> selector, Instant endTime) {
    return new Freeze("f", Selector.of(selector), "", "", endTime, Instant.EPOCH, "ada");
  }
}
