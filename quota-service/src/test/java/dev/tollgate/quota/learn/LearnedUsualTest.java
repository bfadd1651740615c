package dev.tollgate.quota.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.check.TestBudget;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is learned when, turned by hand: nothing here waits for the learner's own thread, and what
/// that does is the same.
@NullMarked
class LearnedUsualTest {
  private static final Instant NOW = Instant.parse("2026-03-18T10:20:00Z");
  private static final Instant MONDAY = Instant.parse("2026-03-16T00:00:00Z");
  private static final Budget RATE = BaselineTest.rate(ZoneOffset.UTC);

  private final TestCosts costs = new TestCosts();
  private volatile Instant now = NOW;
  private final LearnedUsual usual = new LearnedUsual(costs, () -> now);

  @AfterEach
  void close() {
    usual.close();
  }

  @Test
  void nanos_ofABudgetThatAppears_areLearned() {
    costs.spendHourly(MONDAY.minus(Duration.ofDays(28)), MONDAY, 100);
    assertThat(usual.nanos("acme", RATE, NOW)).isZero();

    usual.changed("acme", policy(RATE));
    usual.learnMissing();

    assertThat(usual.nanos("acme", RATE, NOW)).isEqualTo(100);
    assertThat(usual.nanos("other", RATE, NOW)).isZero();
  }

  @Test
  void nanos_inANewWeek_followWithTheNextTurn() {
    costs.spendHourly(MONDAY.minus(Duration.ofDays(28)), MONDAY, 100);
    costs.spendHourly(MONDAY, MONDAY.plus(Duration.ofDays(7)), 500);
    usual.changed("acme", policy(RATE));
    usual.learnMissing();

    now = NOW.plus(Duration.ofDays(7));
    usual.learnMissing();
    assertThat(usual.nanos("acme", RATE, now)).isEqualTo(100);
    usual.learnAll();
    assertThat(usual.nanos("acme", RATE, now)).isEqualTo(200);
  }

  @Test
  void nanos_whileTheLedgerIsAway_stayWhatTheyWere() {
    costs.spendHourly(MONDAY.minus(Duration.ofDays(28)), MONDAY, 100);
    costs.away = true;
    usual.changed("acme", policy(RATE));
    usual.learnMissing();
    assertThat(usual.nanos("acme", RATE, NOW)).isZero();

    costs.away = false;
    usual.learnMissing();
    costs.away = true;
    usual.learnAll();
    assertThat(usual.nanos("acme", RATE, NOW)).isEqualTo(100);
  }

  @Test
  void nanos_ofBudgetsWithoutARateOrAsAFallback_areNotAskedFor() {
    usual.changed(
        "acme",
        policy(
            TestBudget.of("plain", Limit.cost("USD", 10)).made(),
            TestBudget.of("rest", Limit.spendRate("USD", 10, 200)).fallback().made()));
    usual.learnMissing();

    assertThat(costs.asked.get()).isZero();
    assertThat(usual.size()).isZero();
  }

  @Test
  void known_ofBudgetsThatAreGone_isForgotten() {
    usual.changed("acme", policy(RATE));
    usual.learnMissing();
    assertThat(usual.size()).isEqualTo(1);

    usual.changed("acme", policy());
    usual.learnMissing();
    assertThat(usual.size()).isZero();
  }

  @Test
  void known_ofVeryManyBudgets_isBounded() {
    var many = new ArrayList<Budget>();
    for (int i = 0; i < LearnedUsual.BUDGETS_MAX + 50; i++) {
      many.add(TestBudget.of("b" + i, Limit.spendRate("USD", 10, 200)).made());
    }
    usual.changed("acme", new Policy(many));
    usual.learnMissing();

    assertThat(usual.size()).isEqualTo(LearnedUsual.BUDGETS_MAX);
  }

  private static Policy policy(Budget... budgets) {
    return new Policy(List.of(budgets));
  }
}
