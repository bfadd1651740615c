package dev.tollgate.quota.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.CheckRules;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.budget.Window;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.hold.InMemoryHolds;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Subject;
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
  private Policy policy = Policy.EMPTY;
  private CheckRules rules = CheckRules.DEFAULT;
  private final Checks checks =
      new Checks(
          tenant -> policy,
          tenant -> rules,
          books,
          holds,
          new Tokens(new Secret("0123456789abcdef0123456789")));

  ChecksTest() {
    books.add(TestBooks.book(1), "");
  }

  @Test
  void check_noBudgetMatches_isAllowed() {
    budgets(budget("a", Map.of("team", "other"), Limit.requests(0)));

    var allowed = allowed(check("r", 100, 50));

    assertThat(allowed.clamped()).isFalse();
    assertThat(allowed.reservation().counters()).isEmpty();
    assertThat(allowed.reservation().terms().held()).isEqualTo(new Spend(700_000, 150));
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
                    new Window.CalendarMonth(ZoneOffset.UTC),
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
    assertThat(allowed.reservation().terms().held()).isEqualTo(new Spend(500_000, 130));
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
  void check_beforeAnyBookArrived_fails() {
    var empty =
        new Checks(
            tenant -> policy,
            tenant -> rules,
            new PriceBooks(),
            holds,
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
}
