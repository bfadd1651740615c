package dev.tollgate.quota.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.failure.Reason;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Terms;
import dev.tollgate.quota.price.TestBooks;
import org.junit.jupiter.api.Test;

/// Checks of model `nope`, which no book prices, and of tenants with prices of their own.
class UnknownModelChecksTest {
  private final TestChecks checks = new TestChecks();

  @Test
  void check_unknownModelUnderTheCeiling_holdsTheDearestOfItsProvider() {
    checks.holdCeiling();
    checks.budgets(TestBudget.of("a", Limit.cost("USD", 700_000)));

    var terms = checks.allowed(unknown("r")).reservation().terms();

    assertThat(terms)
        .isEqualTo(new Terms("default@1", "USD", new Spend(700_000, 100, 50), 50, true));
    assertThat(checks.overLimit(unknown("r2").tokens(1, 0)).requested()).isEqualTo(2_000);
  }

  @Test
  void check_unknownProviderUnderTheCeiling_holdsTheDearestOfAll() {
    checks.holdCeiling();

    var terms = checks.allowed(unknown("r").provider("nobody")).reservation().terms();

    assertThat(terms.held()).isEqualTo(new Spend(1_400_000, 100, 50));
    assertThat(terms.unknownModel()).isTrue();
  }

  @Test
  void check_knownModelUnderTheCeiling_isHeldAtItsOwnPrice() {
    checks.holdCeiling();

    var terms = checks.allowed(TestAsk.of("r").model("free")).reservation().terms();

    assertThat(terms.held().costNanos()).isZero();
    assertThat(terms.unknownModel()).isFalse();
  }

  @Test
  void check_knownModelWithoutAPriceForTheTier_isRefusedUnderEveryRule() {
    checks.holdCeiling();

    checks.assertReason(Reason.BUCKET_UNPRICED, TestAsk.of("r").tier("batch"));
  }

  @Test
  void check_unknownModelRefused_holdsNothing() {
    checks.budgets(TestBudget.of("a", Limit.cost("USD", 700_000)));

    checks.assertReason(Reason.MODEL_UNKNOWN, unknown("r"));
    checks.allowed(TestAsk.of("r2"));
  }

  @Test
  void check_lessOutputOfAnUnknownModelFits_isClampedAtTheCeiling() {
    checks.holdCeiling();
    checks.budgets(TestBudget.of("a", Limit.cost("USD", 200_000 + 10_000 * 30 + 9_999)));

    var allowed = checks.allowed(unknown("r").least(10));

    assertThat(allowed.clamped()).isTrue();
    assertThat(allowed.reservation().terms())
        .isEqualTo(new Terms("default@1", "USD", new Spend(500_000, 100, 30), 30, true));
    assertThat(checks.encumbered(allowed.reservation())).isEqualTo(500_000);
  }

  @Test
  void check_oneNanoTooMuchForAnUnknownModel_isDeniedByTheCeiling() {
    checks.holdCeiling();
    checks.budgets(TestBudget.of("a", Limit.cost("USD", 699_999)));

    var denied = checks.overLimit(unknown("r"));

    assertThat(denied.requested()).isEqualTo(700_000);
    assertThat(denied.remaining()).isEqualTo(699_999);
  }

  @Test
  void check_unknownModelRetriedAfterItGotAPrice_getsTheSameAnswer() {
    checks.holdCeiling();
    var first = checks.allowed(unknown("r"));
    checks.books.add(TestBooks.bookWith(2, "nope", 1, 1), "");

    assertThat(checks.allowed(unknown("r"))).isEqualTo(first);
    assertThat(checks.allowed(unknown("r2")).reservation().terms())
        .isEqualTo(new Terms("default@2", "USD", new Spend(150_000, 100, 50), 50, false));
  }

  @Test
  void check_unknownModelOnABudgetInAnotherCurrency_fails() {
    checks.holdCeiling();
    checks.budgets(TestBudget.of("a", Limit.cost("EUR", 1_000_000_000)));

    checks.assertReason(Reason.CURRENCY_MISMATCH, unknown("r"));
  }

  @Test
  void check_tenantWithAContract_isHeldAtItsPricesAndNobodyElse() {
    checks.books.add(TestBooks.contract("acme-deal", 7, "default", 1, 5), "acme");

    var acme = checks.allowed(TestAsk.of("r")).reservation().terms();
    var other = checks.allowed(TestAsk.of("r").tenant("globex")).reservation().terms();

    assertThat(acme)
        .isEqualTo(
            new Terms("acme-deal@7+default@1", "USD", new Spend(350_000, 100, 50), 50, false));
    assertThat(other)
        .isEqualTo(new Terms("default@1", "USD", new Spend(700_000, 100, 50), 50, false));
  }

  @Test
  void check_unknownModelOfATenantWithAContract_isHeldAtTheDearestOfItsStack() {
    checks.holdCeiling();
    checks.books.add(TestBooks.contract("acme-deal", 7, "default", 1, 5), "acme");

    assertThat(checks.allowed(unknown("r")).reservation().terms())
        .isEqualTo(
            new Terms("acme-deal@7+default@1", "USD", new Spend(350_000, 100, 50), 50, true));
    assertThat(checks.allowed(unknown("r").tenant("globex")).reservation().terms().held())
        .isEqualTo(new Spend(700_000, 100, 50));
  }

  private static TestAsk unknown(String id) {
    return TestAsk.of(id).model("nope");
  }
}
