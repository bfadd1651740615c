package dev.tollgate.quota.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.CheckRules;
import dev.tollgate.quota.budget.CheckRules.NoBudget;
import dev.tollgate.quota.budget.CheckRules.UnknownModel;
import dev.tollgate.quota.budget.Freeze;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.budget.Usual;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.quota.hold.InMemoryHolds;
import dev.tollgate.quota.hold.LivesFromZero;
import dev.tollgate.quota.hold.Reservation;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Tokens;
import dev.tollgate.quota.price.TestBooks;
import dev.tollgate.secret.Secret;
import dev.tollgate.time.FakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/// Checks over the model of the store, with TestBooks: a token of input costs 2,000 nanos, one of
/// output 10,000; those of `free` nothing.
@NullMarked
final class TestChecks {
  static final long USD = 1_000_000_000;

  final FakeTime time = new FakeTime(Instant.parse("2026-08-31T23:00:00Z"));
  final InMemoryHolds model = new InMemoryHolds(time);
  final PriceBooks books = new PriceBooks();
  final Tokens tokens = new Tokens(new Secret("0123456789abcdef0123456789"));
  final LivesFromZero lives =
      new LivesFromZero(model.heads(), new Random(1), () -> policy("").counterIds());
  final Checks checks;
  final Explanations explanations;
  private List<Budget> budgets = List.of();
  private List<Freeze> freezes = List.of();
  private CheckRules rules = CheckRules.DEFAULT;
  private long version;
  long seedNeeded;
  Usual usual = Usual.UNKNOWN;

  TestChecks() {
    this(holds -> holds, Denials.OFF);
  }

  TestChecks(UnaryOperator<Holds> wrapping, Denials denials) {
    books.add(TestBooks.book(1), "");
    var holds = wrapping.apply(model);
    var bases =
        new Bases(
            this::policy,
            (tenant, newer) -> {
              version = newer;
              return CompletableFuture.completedFuture(policy(tenant));
            },
            books,
            (tenant, budget, at) -> usual.nanos(tenant, budget, at));
    Readiness readiness = (tenant, known) -> lives.begin(tenant, known);
    checks = new Checks(bases, holds, readiness, tokens, denials);
    explanations = new Explanations(bases, holds);
  }

  private Policy policy(String tenant) {
    var seenFirst =
        budgets.stream().collect(Collectors.toMap(Budget::counterId, any -> seedNeeded));
    return new Policy(version, budgets, freezes, rules, seenFirst);
  }

  void budgets(TestBudget... made) {
    budgets = Stream.of(made).map(TestBudget::made).toList();
  }

  void freeze(Freeze... all) {
    freezes = List.of(all);
  }

  void holdCeiling() {
    rules = new CheckRules(UnknownModel.HOLD_CEILING, NoBudget.ALLOW, 1, Instant.EPOCH);
  }

  void denyWithoutBudget() {
    rules = new CheckRules(UnknownModel.REFUSE, NoBudget.DENY, 1, Instant.EPOCH);
  }

  long version() {
    return version;
  }

  Decision decide(TestAsk ask) {
    return checks.decide(ask.made()).join();
  }

  Decision.Allowed allowed(TestAsk ask) {
    return (Decision.Allowed) decide(ask);
  }

  Decision.Denied denied(TestAsk ask) {
    return (Decision.Denied) decide(ask);
  }

  Decision.OverLimit overLimit(TestAsk ask) {
    return (Decision.OverLimit) decide(ask);
  }

  void settle(Decision.Allowed allowed, long nanos, long input, long output) {
    model.settle(allowed.reservation(), new Spend(nanos, input, output)).join();
  }

  long encumbered(Reservation reservation) {
    return model
        .stand(reservation.tenant(), List.of(reservation.counters().getFirst()))
        .join()
        .getFirst()
        .encumbered();
  }

  void wait(Duration duration) {
    time.advance(duration);
  }

  Failure failure(TestAsk ask) {
    return failureOf(() -> decide(ask));
  }

  static Failure failureOf(Runnable call) {
    var thrown = catchThrowable(call::run);
    var cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    assertThat(cause).isInstanceOf(Failure.class);
    return (Failure) Objects.requireNonNull(cause);
  }

  void assertReason(Reason reason, TestAsk ask) {
    assertThat(failure(ask).reason()).isEqualTo(reason);
  }
}
