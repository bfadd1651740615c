package dev.tollgate.quota.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Models;
import dev.tollgate.quota.budget.Models.Downgrade;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.quota.hold.Reserved;
import dev.tollgate.quota.hold.Wish;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// Denials that are given again without asking the store. Each call here is 700,000 nanos.
class DenialsTest {
  private static final Duration TIME = Duration.ofMillis(100);

  private final Denials denials = new Denials(TIME);
  private int asked;
  private final TestChecks checks = new TestChecks(this::counting, denials);

  @Test
  void denial_stormOnASpentBudget_asksTheStoreOnce() {
    spend();
    for (int i = 0; i < 1_000; i++) {
      var denied = checks.overLimit(TestAsk.of("r" + i));
      assertThat(denied.remaining()).isEqualTo(300_000);
      assertThat(denied.requested()).isEqualTo(700_000);
    }

    assertThat(asked).isEqualTo(1);
  }

  @Test
  void denial_timeIsOver_asksAgain() {
    spend();
    checks.denied(TestAsk.of("r1"));
    checks.wait(TIME);

    checks.denied(TestAsk.of("r2"));

    assertThat(asked).isEqualTo(2);
  }

  @Test
  void denial_smallerAsk_asksTheStore() {
    spend();
    checks.denied(TestAsk.of("r1"));

    checks.allowed(TestAsk.of("r2").tokens(100, 10));
  }

  @Test
  void denial_askThatMayBeClamped_asksTheStore() {
    spend();
    checks.denied(TestAsk.of("r1"));

    assertThat(checks.allowed(TestAsk.of("r2").least(5)).clamped()).isTrue();
  }

  @Test
  void denial_anotherBudgetsCall_asksTheStore() {
    spend();
    checks.denied(TestAsk.of("r1"));

    checks.allowed(TestAsk.of("r2").user("ben"));
  }

  @Test
  void denial_settledHere_isForgotten() {
    var reservation = spend().reservation();
    checks.denied(TestAsk.of("r1"));

    checks.model.release(reservation).join();
    denials.forget("acme", reservation.counters());

    checks.allowed(TestAsk.of("r2"));
  }

  @Test
  void denial_limitRaised_asksTheStore() {
    spend();
    checks.denied(TestAsk.of("r1"));

    checks.budgets(budget(1_400_000));

    checks.allowed(TestAsk.of("r2"));
  }

  @Test
  void denial_budgetThatAdvisesAModel_isAskedForEachTime() {
    checks.budgets(
        budget(1_000_000).models(new Models(List.of(), List.of(new Downgrade("", "free")))));
    checks.allowed(TestAsk.of("first"));
    checks.denied(TestAsk.of("r1"));
    asked = 0;

    assertThat(checks.overLimit(TestAsk.of("r2")).advice()).hasSize(1);
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void denial_memoryIsOff_asksTheStoreEachTime() {
    var off = new TestChecks(this::counting, Denials.OFF);
    off.budgets(budget(0));
    asked = 0;

    off.denied(TestAsk.of("r1"));
    off.denied(TestAsk.of("r2"));

    assertThat(asked).isGreaterThanOrEqualTo(2);
  }

  private static TestBudget budget(long nanos) {
    return TestBudget.of("a", Limit.cost("USD", nanos)).groupBy(9, "user");
  }

  private Decision.Allowed spend() {
    checks.budgets(budget(1_000_000));
    var allowed = checks.allowed(TestAsk.of("first"));
    asked = 0;
    return allowed;
  }

  /* Counts how often the store is asked to hold something. */
  private Holds counting(Holds holds) {
    return new PassingHolds(holds) {
      @Override
      public CompletableFuture<Reserved> reserve(Wish wish) {
        asked++;
        return super.reserve(wish);
      }
    };
  }
}
