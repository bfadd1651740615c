package dev.tollgate.quota.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.quota.budget.Enforcement;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.StoreAway;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.quota.hold.Reserved;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Wish;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What checks get while the store does not answer, or is not to be relied on.
class StoreAwayTest {
  private boolean away;
  private final TestChecks checks = new TestChecks(Switched::new, Denials.OFF);

  @Test
  void check_storeAway_isRefusedForAStrictBudgetAndCanBeAskedAgain() {
    checks.budgets(
        TestBudget.of("a", Limit.requests(9)),
        TestBudget.of("b", Limit.requests(9)).storeAway(StoreAway.ALLOW));
    away = true;

    var failure = checks.failure(TestAsk.of("r"));

    assertThat(failure.reason()).isEqualTo(Reason.STORE_UNAVAILABLE);
    assertThat(failure.retryAfter()).isPresent();
  }

  @Test
  void check_storeAwayAndEveryHardBudgetSaysAllow_isAllowedUnheld() {
    checks.budgets(
        TestBudget.of("a", Limit.requests(0)).storeAway(StoreAway.ALLOW),
        TestBudget.of("b", Limit.requests(9)).enforcement(Enforcement.SOFT));
    away = true;

    var allowed = checks.allowed(TestAsk.of("r"));

    assertThat(allowed.unheld()).isTrue();
    assertThat(allowed.clamped()).isFalse();
    assertThat(allowed.reservation().terms().held()).isEqualTo(new Spend(700_000, 100, 50));
  }

  @Test
  void check_storeAwayAndNoBudgetMatches_isAllowedUnheld() {
    away = true;

    assertThat(checks.allowed(TestAsk.of("r")).unheld()).isTrue();
  }

  @Test
  void check_allowedUnheld_isChargedWhenItIsSettled() {
    checks.budgets(
        TestBudget.of("a", Limit.cost("USD", TestChecks.USD)).storeAway(StoreAway.ALLOW));
    checks.allowed(TestAsk.of("before"));
    away = true;
    var unheld = checks.allowed(TestAsk.of("r"));
    away = false;
    assertThat(checks.encumbered(unheld.reservation())).isEqualTo(700_000);

    checks.settle(unheld, 300_000, 100, 10);
    checks.settle(unheld, 300_000, 100, 10);

    assertThat(checks.encumbered(unheld.reservation())).isEqualTo(1_000_000);
    assertThat(checks.tokens.open("acme", checks.tokens.seal(unheld.reservation())))
        .contains(unheld.reservation());
  }

  @Test
  void check_storeBackAgain_isHeldAgain() {
    checks.budgets(TestBudget.of("a", Limit.requests(1)).storeAway(StoreAway.ALLOW));
    away = true;
    checks.allowed(TestAsk.of("r1"));
    checks.allowed(TestAsk.of("r2"));
    away = false;

    assertThat(checks.allowed(TestAsk.of("r3")).unheld()).isFalse();
    checks.denied(TestAsk.of("r4"));
  }

  @Test
  void check_otherFailures_areNotTakenForAStoreThatIsAway() {
    checks.budgets(TestBudget.of("a", Limit.requests(9)).storeAway(StoreAway.ALLOW));
    checks.allowed(TestAsk.of("r").fingerprint("one"));

    checks.assertReason(Reason.REQUEST_ID_REUSED, TestAsk.of("r").fingerprint("two"));
  }

  @Test
  void check_holdsOfALostStoreMayBeOpen_waitsForAStrictBudgetAlone() {
    checks.budgets(TestBudget.of("a", Limit.requests(9)));
    var until = checks.time.now().plusSeconds(30);
    checks.model.heads().begin("acme", "1", 0, until).join();
    checks.model.heads().seeded("acme", "1", 1).join();

    var failure = checks.failure(TestAsk.of("r1"));
    assertThat(failure.reason()).isEqualTo(Reason.STORE_UNAVAILABLE);
    assertThat(failure.retryAfter()).contains(Duration.ofSeconds(30));

    checks.budgets(TestBudget.of("a", Limit.requests(9)).storeAway(StoreAway.ALLOW));
    assertThat(checks.allowed(TestAsk.of("r1")).unheld()).isFalse();
    checks.budgets(TestBudget.of("a", Limit.requests(9)));
    checks.wait(Duration.ofSeconds(30));
    checks.allowed(TestAsk.of("r2"));
  }

  @Test
  void check_newTenant_beginsItsLife() {
    checks.budgets(TestBudget.of("a", Limit.requests(9)));

    var epoch = checks.allowed(TestAsk.of("r")).reservation().epoch();

    assertThat(epoch).isEqualTo(checks.model.heads().head("acme").join().orElseThrow().epoch());
  }

  @Test
  void check_newerPolicyElsewhere_isReadAndDecidedAgain() {
    checks.budgets(TestBudget.of("a", Limit.requests(9)));
    checks.allowed(TestAsk.of("r1"));
    checks.model.heads().raise("acme", 7).join();

    checks.allowed(TestAsk.of("r2"));

    assertThat(checks.version()).isEqualTo(7);
  }

  @Test
  void check_countersThatAreNotSeeded_waitForAStrictBudgetAlone() {
    checks.budgets(TestBudget.of("a", Limit.requests(9)));
    checks.allowed(TestAsk.of("r1"));
    checks.seedNeeded = 5;

    var failure = checks.failure(TestAsk.of("r2"));
    assertThat(failure.reason()).isEqualTo(Reason.STORE_UNAVAILABLE);
    assertThat(failure.retryAfter()).contains(Duration.ofSeconds(1));

    checks.budgets(TestBudget.of("a", Limit.requests(9)).storeAway(StoreAway.ALLOW));
    assertThat(checks.allowed(TestAsk.of("r3")).unheld()).isTrue();
    var epoch = checks.model.heads().head("acme").join().orElseThrow().epoch();
    checks.model.heads().seeded("acme", epoch, 6).join();
    assertThat(checks.allowed(TestAsk.of("r4")).unheld()).isFalse();
  }

  @Test
  void check_unheldAndThenHeldUnderTheSameId_areBothCharged() {
    checks.budgets(
        TestBudget.of("a", Limit.cost("USD", TestChecks.USD)).storeAway(StoreAway.ALLOW));
    checks.allowed(TestAsk.of("before"));
    away = true;
    var unheld = checks.allowed(TestAsk.of("r"));
    away = false;
    checks.wait(Duration.ofSeconds(1));
    var held = checks.allowed(TestAsk.of("r"));

    checks.settle(held, 100_000, 0, 10);
    checks.settle(unheld, 200_000, 100, 0);

    assertThat(checks.encumbered(held.reservation())).isEqualTo(700_000 + 300_000);
  }

  private final class Switched extends PassingHolds {
    Switched(Holds holds) {
      super(holds);
    }

    @Override
    public CompletableFuture<Reserved> reserve(Wish wish) {
      return away
          ? CompletableFuture.failedFuture(Failure.of(Reason.STORE_UNAVAILABLE, "no answer"))
          : super.reserve(wish);
    }
  }
}
