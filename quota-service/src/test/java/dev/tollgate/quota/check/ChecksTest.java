package dev.tollgate.quota.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.CheckRules;
import dev.tollgate.quota.budget.CheckRules.NoBudget;
import dev.tollgate.quota.budget.CheckRules.UnknownModel;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.budget.Window;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.hold.InMemoryHolds;
import dev.tollgate.quota.hold.Lives;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Subject;
import dev.tollgate.quota.hold.Terms;
import dev.tollgate.quota.hold.Tokens;
import dev.tollgate.quota.price.PriceBooks;
import dev.tollgate.quota.price.TestBooks;
import dev.tollgate.secret.Secret;
import dev.tollgate.time.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// A token of input costs 2,000 nanos here, one of output 10,000; those of `free` nothing.
class ChecksTest {
  private static final long NANOS_PER_USD = 1_000_000_000;

  private final FakeTime time = new FakeTime(Instant.parse("2026-08-31T23:00:00Z"));
  private final InMemoryHolds holds = new InMemoryHolds(time);
  private final PriceBooks books = new PriceBooks();
  private final Tokens tokens = new Tokens(new Secret("0123456789abcdef0123456789"));
  private Policy policy = Policy.EMPTY;
  private CheckRules rules = CheckRules.DEFAULT;
  private final Checks checks = new Checks(this::policy, books, holds, lives(), tokens);

  private Lives lives() {
    return new Lives(holds.heads(), new Random(1));
  }

  ChecksTest() {
    books.add(TestBooks.book(1), "");
  }

  @Test
  void check_noBudgetMatches_isAllowed() {
    budgets(budget("a", Map.of("team", "other"), Limit.requests(0)));

    var allowed = allowed(check("r", 100, 50));

    assertThat(allowed.clamped()).isFalse();
    assertThat(allowed.reservation().counters()).isEmpty();
    assertThat(allowed.reservation().terms().held()).isEqualTo(new Spend(700_000, 100, 50));
    assertThat(allowed.reservation().terms().bookRef()).isEqualTo("default@1");
  }

  @Test
  void check_exactlyTheLimit_isAllowed() {
    budgets(budget("a", Map.of(), Limit.cost("USD", 700_000)));

    allowed(check("r", 100, 50));
  }

  @Test
  void check_oneNanoTooMuch_isDenied() {
    budgets(budget("a", Map.of(), Limit.cost("USD", 699_999)));

    var denied = denied(check("r", 100, 50));

    assertThat(denied.budgetId()).isEqualTo("a");
    assertThat(denied.limit().unit()).isEqualTo(CounterUnit.COST_NANOS);
    assertThat(denied.remaining()).isEqualTo(699_999);
    assertThat(denied.requested()).isEqualTo(700_000);
    assertThat(denied.resetTime()).isEmpty();
  }

  @Test
  void check_severalDoNotAdmit_namesTheFirstById() {
    budgets(
        budget("z", Map.of(), Limit.requests(0)),
        budget("b", Map.of(), Limit.tokens(1)),
        budget("a", Map.of(), Limit.requests(5)));

    assertThat(denied(check("r", 100, 50)).budgetId()).isEqualTo("b");
  }

  @Test
  void check_oneBudgetDenies_holdsNothingAnywhere() {
    budgets(
        budget("a", Map.of(), Limit.requests(1)),
        budget("b", Map.of("team", "search"), Limit.tokens(10)));
    denied(check("r", 100, 50));

    budgets(budget("a", Map.of(), Limit.requests(1)));
    allowed(check("r2", 100, 50));
  }

  @Test
  void check_calendarMonth_countsAnewWithTheNext() {
    policy =
        new Policy(
            List.of(
                new Budget(
                    "a",
                    "A",
                    new TreeMap<>(),
                    List.of(),
                    Window.month(ZoneOffset.UTC),
                    List.of(Limit.requests(1)),
                    Instant.EPOCH)));
    allowed(check("r1", 1, 1));
    var denied = denied(check("r2", 1, 1));
    assertThat(denied.resetTime()).contains(Instant.parse("2026-09-01T00:00:00Z"));

    time.advance(Duration.ofHours(1));

    allowed(check("r2", 1, 1));
  }

  @Test
  void check_lessOutputFits_isClampedToTheMost() {
    budgets(budget("a", Map.of(), Limit.cost("USD", 200_000 + 10_000 * 30 + 9_999)));

    var allowed = allowed(check("r", 100, 50, 10));

    assertThat(allowed.clamped()).isTrue();
    assertThat(allowed.reservation().terms().maxOutputTokens()).isEqualTo(30);
    assertThat(allowed.reservation().terms().held()).isEqualTo(new Spend(500_000, 100, 30));
  }

  @Test
  void check_clampRetried_getsTheSameAnswer() {
    budgets(budget("a", Map.of(), Limit.cost("USD", 500_000)));
    var first = allowed(check("r", 100, 50, 10));

    assertThat(allowed(check("r", 100, 50, 10))).isEqualTo(first);
  }

  @Test
  void check_severalLimitsClamp_takesTheTightest() {
    budgets(
        budget("a", Map.of(), Limit.cost("USD", 200_000 + 10_000 * 30), Limit.tokens(120)),
        budget("b", Map.of(), Limit.tokens(1_000)));

    assertThat(allowed(check("r", 100, 50, 10)).reservation().terms().maxOutputTokens())
        .isEqualTo(20);
  }

  @Test
  void check_leastOutputDoesNotFit_isDenied() {
    budgets(budget("a", Map.of(), Limit.cost("USD", 200_000 + 10_000 * 30)));

    assertThat(denied(check("r", 100, 50, 31)).requested()).isEqualTo(700_000);
  }

  @Test
  void check_noLeastOutputGiven_isNeverClamped() {
    budgets(budget("a", Map.of(), Limit.cost("USD", 200_000 + 10_000 * 30)));

    denied(check("r", 100, 50, 0));
  }

  @Test
  void check_largeBudget_countsInMicrosRoundedUp() {
    var limit = Limit.cost("USD", 5_000_000 * NANOS_PER_USD);
    budgets(budget("a", Map.of(), limit));

    var reservation = allowed(check("r", 0, 1)).reservation();

    assertThat(reservation.counters().getFirst().unit()).isEqualTo(CounterUnit.COST_MICROS);
    assertThat(limit.counted()).isEqualTo(5_000_000_000_000L);
    assertThat(holds.stand("acme", reservation.counters()).join().getFirst().encumbered())
        .isEqualTo(10);
  }

  @Test
  void check_freeModelOnASpentMoneyBudget_isAllowed() {
    budgets(budget("a", Map.of(), Limit.cost("USD", 0)));

    allowed(free("r"));
    denied(check("r2", 1, 1));
  }

  @Test
  void check_budgetInAnotherCurrency_fails() {
    budgets(budget("a", Map.of(), Limit.cost("EUR", 1_000_000)));

    assertReason(Reason.CURRENCY_MISMATCH, () -> allowed(check("r", 1, 1)));
    allowed(free("r2"));
  }

  @Test
  void check_modelWithoutAPrice_fails() {
    assertReason(Reason.MODEL_UNKNOWN, () -> allowed(check("r", "nope", 1, 1, 0, "x")));
  }

  @Test
  void check_sameIdOtherContent_fails() {
    allowed(check("r", "m", 1, 1, 0, "one"));

    assertReason(Reason.REQUEST_ID_REUSED, () -> allowed(check("r", "m", 1, 1, 0, "two")));
  }

  @Test
  void check_storeWasLost_beginsAnotherLife() {
    budgets(budget("a", Map.of(), Limit.requests(1)));
    var first = allowed(check("r1", 1, 1)).reservation();
    holds.loseEverything();

    var second = allowed(check("r2", 1, 1)).reservation();

    assertThat(second.epoch()).isNotEqualTo(first.epoch());
    denied(check("r3", 1, 1));
  }

  @Test
  void check_storeKnowsANewerPolicy_failsForNow() {
    allowed(check("r1", 1, 1));
    holds.heads().raise("acme", 7).join();

    assertReason(Reason.STORE_UNAVAILABLE, () -> allowed(check("r2", 1, 1)));
  }

  @Test
  void check_beforeAnyBookArrived_fails() {
    var empty =
        new Checks(
            this::policy,
            new PriceBooks(),
            holds,
            lives(),
            new Tokens(new Secret("0123456789abcdef")));

    assertReason(Reason.SERVICE_UNAVAILABLE, () -> empty.decide(check("r", 1, 1)).join());
  }

  @Test
  void check_moreLimitsThanATokenCarries_fails() {
    var many = new Budget[40];
    for (int i = 0; i < many.length; i++) {
      many[i] = budget("budget-with-a-long-name-" + i, Map.of(), Limit.requests(1_000));
    }
    budgets(many);

    assertReason(Reason.LIMIT_REACHED, () -> allowed(check("r", 1, 1)));
  }

  @Test
  void check_groupedBudget_countsEachGroupApart() {
    policy =
        new Policy(
            List.of(
                new Budget(
                    "a",
                    "A",
                    new TreeMap<>(),
                    List.of(dev.tollgate.kernel.dimension.Dimension.of("user").orElseThrow()),
                    new Window.Lifetime(),
                    List.of(Limit.requests(1)),
                    Instant.EPOCH)));

    allowed(byUser("r1", "ada"));
    allowed(byUser("r2", "ben"));
    assertThat(denied(byUser("r3", "ada")).group()).containsExactly("ada");
  }

  private void budgets(Budget... budgets) {
    policy = new Policy(List.of(budgets));
  }

  private static Budget budget(String id, Map<String, String> selector, Limit... limits) {
    return new Budget(
        id,
        id,
        new TreeMap<>(selector),
        List.of(),
        new Window.Lifetime(),
        List.of(limits),
        Instant.EPOCH);
  }

  private Decision.Allowed allowed(Check check) {
    return (Decision.Allowed) checks.decide(check).join();
  }

  private Decision.Denied denied(Check check) {
    return (Decision.Denied) checks.decide(check).join();
  }

  private static Check check(String id, long input, long output) {
    return check(id, input, output, 0);
  }

  private static Check check(String id, long input, long output, long least) {
    return check(id, "m", input, output, least, "print");
  }

  private static Check free(String id) {
    return check(id, "free", 100, 100, 0, "print");
  }

  private static Check byUser(String id, String user) {
    var check = check(id, 1, 1);
    return new Check(
        check.tenant(),
        id,
        check.dimensions().toBuilder().setUser(user).build(),
        check.subject(),
        1,
        1,
        0,
        check.holdDuration(),
        user);
  }

  private static Check check(
      String id, String model, long input, long output, long least, String fingerprint) {
    return new Check(
        "acme",
        id,
        Dimensions.newBuilder().setTeam("search").setProvider("p").setModel(model).build(),
        new Subject("p", model, "", ""),
        input,
        output,
        least,
        Duration.ofMinutes(10),
        fingerprint);
  }

  private static void assertReason(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .satisfies(thrown -> {
          var cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
          assertThat(cause)
              .isInstanceOfSatisfying(
                  Failure.class, failure -> assertThat(failure.reason()).isEqualTo(reason));
        });
  }

  @Test
  void check_unknownModelUnderTheCeiling_holdsTheDearestOfItsProvider() {
    holdCeiling();
    budgets(budget("a", Map.of(), Limit.cost("USD", 700_000)));

    var terms = allowed(unknown("r", 100, 50, 0)).reservation().terms();

    assertThat(terms)
        .isEqualTo(new Terms("default@1", "USD", new Spend(700_000, 100, 50), 50, true));
    assertThat(denied(unknown("r2", 1, 0, 0)).requested()).isEqualTo(2_000);
  }

  @Test
  void check_unknownProviderUnderTheCeiling_holdsTheDearestOfAll() {
    holdCeiling();

    var terms = allowed(of("r", "nobody", "nope", "")).reservation().terms();

    assertThat(terms.held()).isEqualTo(new Spend(1_400_000, 100, 50));
    assertThat(terms.unknownModel()).isTrue();
  }

  @Test
  void check_knownModelUnderTheCeiling_isHeldAtItsOwnPrice() {
    holdCeiling();

    var terms = allowed(free("r")).reservation().terms();

    assertThat(terms.held().costNanos()).isZero();
    assertThat(terms.unknownModel()).isFalse();
  }

  @Test
  void check_knownModelWithoutAPriceForTheTier_isRefusedUnderEveryRule() {
    holdCeiling();

    assertReason(Reason.BUCKET_UNPRICED, () -> allowed(of("r", "p", "m", "batch")));
  }

  @Test
  void check_unknownModelRefused_holdsNothing() {
    budgets(budget("a", Map.of(), Limit.cost("USD", 700_000)));

    assertReason(Reason.MODEL_UNKNOWN, () -> allowed(unknown("r", 100, 50, 0)));
    allowed(check("r2", 100, 50));
  }

  @Test
  void check_lessOutputOfAnUnknownModelFits_isClampedAtTheCeiling() {
    holdCeiling();
    budgets(budget("a", Map.of(), Limit.cost("USD", 200_000 + 10_000 * 30 + 9_999)));

    var allowed = allowed(unknown("r", 100, 50, 10));

    assertThat(allowed.clamped()).isTrue();
    assertThat(allowed.reservation().terms())
        .isEqualTo(new Terms("default@1", "USD", new Spend(500_000, 100, 30), 30, true));
    assertThat(holds.stand("acme", allowed.reservation().counters()).join().getFirst().encumbered())
        .isEqualTo(500_000);
  }

  @Test
  void check_oneNanoTooMuchForAnUnknownModel_isDeniedByTheCeiling() {
    holdCeiling();
    budgets(budget("a", Map.of(), Limit.cost("USD", 699_999)));

    var denied = denied(unknown("r", 100, 50, 0));

    assertThat(denied.requested()).isEqualTo(700_000);
    assertThat(denied.remaining()).isEqualTo(699_999);
  }

  @Test
  void check_unknownModelRetriedAfterItGotAPrice_getsTheSameAnswer() {
    holdCeiling();
    var first = allowed(unknown("r", 100, 50, 0));
    books.add(TestBooks.bookWith(2, "nope", 1, 1), "");

    assertThat(allowed(unknown("r", 100, 50, 0))).isEqualTo(first);
    assertThat(allowed(unknown("r2", 100, 50, 0)).reservation().terms())
        .isEqualTo(new Terms("default@2", "USD", new Spend(150_000, 100, 50), 50, false));
  }

  @Test
  void check_unknownModelOnABudgetInAnotherCurrency_fails() {
    holdCeiling();
    budgets(budget("a", Map.of(), Limit.cost("EUR", 1_000_000_000)));

    assertReason(Reason.CURRENCY_MISMATCH, () -> allowed(unknown("r", 1, 1, 0)));
  }

  @Test
  void check_tenantWithAContract_isHeldAtItsPricesAndNobodyElse() {
    books.add(TestBooks.contract("acme-deal", 7, "default", 1, 5), "acme");

    var acme = allowed(check("r", 100, 50)).reservation().terms();
    var other = allowed(by("globex", check("r", 100, 50))).reservation().terms();

    assertThat(acme)
        .isEqualTo(
            new Terms("acme-deal@7+default@1", "USD", new Spend(350_000, 100, 50), 50, false));
    assertThat(other)
        .isEqualTo(new Terms("default@1", "USD", new Spend(700_000, 100, 50), 50, false));
  }

  @Test
  void check_unknownModelOfATenantWithAContract_isHeldAtTheDearestOfItsStack() {
    holdCeiling();
    books.add(TestBooks.contract("acme-deal", 7, "default", 1, 5), "acme");

    assertThat(allowed(unknown("r", 100, 50, 0)).reservation().terms())
        .isEqualTo(
            new Terms("acme-deal@7+default@1", "USD", new Spend(350_000, 100, 50), 50, true));
    assertThat(allowed(by("globex", unknown("r", 100, 50, 0))).reservation().terms().held())
        .isEqualTo(new Spend(700_000, 100, 50));
  }

  @Test
  void check_fourBooksWithTheLongestIds_leaveRoomForBudgets() {
    var below = "default";
    for (var letter : List.of("c", "b", "a")) {
      var id = letter.repeat(63);
      books.add(TestBooks.contract(id, 1_000_000, below, 1, 5), letter.equals("a") ? "acme" : "");
      below = id;
    }
    var five = new Budget[5];
    for (int i = 0; i < five.length; i++) {
      five[i] = budget("team-search-month-" + i, Map.of(), Limit.requests(9), Limit.tokens(999));
    }
    budgets(five);

    var reservation = allowed(check("r", 100, 50)).reservation();

    assertThat(reservation.terms().bookRef()).hasSize(3 * (63 + 8) + 3 + 9);
    assertThat(reservation.counters()).hasSize(10);
    assertThat(tokens.seal(reservation)).hasSizeLessThanOrEqualTo(Tokens.LENGTH_MAX);
    assertThat(tokens.open("acme", tokens.seal(reservation))).contains(reservation);
  }

  private void holdCeiling() {
    rules = new CheckRules(UnknownModel.HOLD_CEILING, NoBudget.ALLOW, 1, Instant.EPOCH);
  }

  private static Check unknown(String id, long input, long output, long least) {
    return check(id, "nope", input, output, least, "print");
  }

  private static Check by(String tenant, Check check) {
    return new Check(
        tenant,
        check.requestId(),
        check.dimensions(),
        check.subject(),
        check.inputTokens(),
        check.maxOutputTokens(),
        check.minOutputTokens(),
        check.holdDuration(),
        check.fingerprint());
  }

  private static Check of(String id, String provider, String model, String tier) {
    return new Check(
        "acme",
        id,
        Dimensions.newBuilder().setProvider(provider).setModel(model).build(),
        new Subject(provider, model, tier, ""),
        100,
        50,
        0,
        Duration.ofMinutes(10),
        "print");
  }

  private Policy policy(String tenant) {
    return new Policy(0, policy.budgets().values(), List.of(), rules, Map.of());
  }
}
