package dev.tollgate.quota.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.quota.budget.Enforcement;
import dev.tollgate.quota.budget.Grace;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Models;
import dev.tollgate.quota.budget.Priority;
import dev.tollgate.quota.budget.Selector;
import dev.tollgate.quota.budget.Thresholds;
import dev.tollgate.rating.Glob;
import dev.tollgate.rating.Schedule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What answers say about budgets that did not stop the call. Each call here is 700,000 nanos.
class NoticeTest {
  private static final Limit ONE_MILLION = Limit.cost("USD", 1_000_000);

  private final TestChecks checks = new TestChecks();

  @Test
  void notice_belowTheSoftThreshold_isNone() {
    checks.budgets(TestBudget.of("a", Limit.cost("USD", 875_000)));

    assertThat(checks.allowed(TestAsk.of("r")).notices()).isEmpty();
  }

  @Test
  void notice_oneNanoAboveTheSoftThreshold_isGivenOncePerUnit() {
    checks.budgets(
        TestBudget.of("a", Limit.cost("USD", 874_998), Limit.tokens(151), Limit.requests(9)));

    assertThat(notices(TestAsk.of("r")))
        .containsExactly("a COST_NANOS SOFT_THRESHOLD 80", "a TOKENS SOFT_THRESHOLD 99");
  }

  @Test
  void notice_retry_isNone() {
    checks.budgets(TestBudget.of("a", Limit.cost("USD", 700_000)));
    assertThat(checks.allowed(TestAsk.of("r")).notices()).hasSize(1);

    assertThat(checks.allowed(TestAsk.of("r")).notices()).isEmpty();
  }

  @Test
  void notice_softBudgetOverItsHardThreshold_allowsAndSaysSo() {
    checks.budgets(TestBudget.of("a", ONE_MILLION).enforcement(Enforcement.SOFT));
    assertThat(notices(TestAsk.of("r1"))).isEmpty();

    assertThat(notices(TestAsk.of("r2"))).containsExactly("a COST_NANOS OVER_LIMIT 140");
    assertThat(notices(TestAsk.of("r3"))).containsExactly("a COST_NANOS OVER_LIMIT 210");
  }

  @Test
  void notice_shadowBudget_allowsAndSaysThatItWouldDeny() {
    checks.budgets(
        TestBudget.of("a", ONE_MILLION).enforcement(Enforcement.SHADOW),
        TestBudget.of("b", Limit.requests(2)));
    checks.allowed(TestAsk.of("r1"));

    assertThat(notices(TestAsk.of("r2")))
        .containsExactly("a COST_NANOS WOULD_DENY 140", "b REQUESTS SOFT_THRESHOLD 100");
    assertThat(checks.overLimit(TestAsk.of("r3")).budget().id()).isEqualTo("b");
  }

  @Test
  void notice_limitOfNothing_isAllOfIt() {
    checks.budgets(TestBudget.of("a", Limit.cost("USD", 0)).enforcement(Enforcement.SHADOW));

    assertThat(notices(TestAsk.of("r"))).containsExactly("a COST_NANOS WOULD_DENY 100");
  }

  @Test
  void notice_freeCallOnASpentMoneyBudget_isNone() {
    checks.budgets(TestBudget.of("a", Limit.cost("USD", 0)).enforcement(Enforcement.SHADOW));

    assertThat(checks.allowed(TestAsk.of("r").model("free")).notices()).isEmpty();
  }

  @Test
  void notice_callOnTheGracePool_saysSo() {
    var grace = new Grace(50, Priority.CRITICAL, Selector.ALL, Schedule.ALWAYS);
    checks.budgets(
        TestBudget.of("a", ONE_MILLION).thresholds(new Thresholds(80, 100, Map.of(), grace)));
    checks.allowed(TestAsk.of("r1"));

    checks.denied(TestAsk.of("r2"));
    assertThat(notices(TestAsk.of("r3").priority(Priority.CRITICAL)))
        .containsExactly("a COST_NANOS GRACE 140");
    checks.denied(TestAsk.of("r4").priority(Priority.CRITICAL));
  }

  @Test
  void notice_clampedCall_countsWhatIsHeld() {
    checks.budgets(
        TestBudget.of("a", Limit.tokens(120)), TestBudget.of("b", Limit.tokens(1_000_000)));

    assertThat(notices(TestAsk.of("r").least(1))).containsExactly("a TOKENS SOFT_THRESHOLD 100");
  }

  @Test
  void notice_modelThatAShadowBudgetDoesNotAdmit_saysThatItWouldDeny() {
    var models = new Models(List.of(new Glob("tiny-*")), List.of());
    checks.budgets(
        TestBudget.of("a", Limit.requests(9)).enforcement(Enforcement.SHADOW).models(models));

    assertThat(checks.allowed(TestAsk.of("r")).notices())
        .singleElement()
        .isInstanceOfSatisfying(
            Notice.OfModel.class, notice -> assertThat(notice.budget().id()).isEqualTo("a"));
  }

  private List<String> notices(TestAsk ask) {
    return checks.allowed(ask).notices().stream()
        .map(notice -> (Notice.OfLimit) notice)
        .map(notice ->
            "%s %s %s %d"
                .formatted(
                    notice.part().budget().id(),
                    notice.part().limit().unit(),
                    notice.kind(),
                    notice.usedPercent()))
        .toList();
  }
}
