package dev.tollgate.quota.check;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.quota.budget.Matched;
import dev.tollgate.quota.budget.Matches;
import dev.tollgate.quota.hold.Reserved;
import dev.tollgate.quota.hold.Reserving;
import dev.tollgate.quota.hold.Tokens;
import dev.tollgate.quota.hold.Wish;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;

/// Decides whether calls may be made, and holds their worst case. Never blocks.
public final class Checks {
  /* Usually one step in the store. A refusal that leaves room for a smaller output takes a second,
  for exactly the output that fits; if the counters moved meanwhile, another. A window that turned
  out stale by the store's clock is computed again, and so is everything by a newer policy. All that
  is bounded: in the last round a refusal is a denial. */

  private static final int ROUNDS_MAX = 4;
  private static final Duration RETRY_AFTER = Duration.ofMillis(100);
  private static final Duration REBUILD_PAUSE = Duration.ofSeconds(1);

  private final Bases bases;
  private final Matches.Note matches;
  private final Reserving holds;
  private final Readiness readiness;
  private final Tokens tokens;
  private final Denials denials;

  /// As the other, and nobody is told what matches.
  public Checks(Bases bases, Reserving holds, Readiness readiness, Tokens tokens, Denials denials) {
    this(bases, (tenant, budgets, millis) -> {}, holds, readiness, tokens, denials);
  }

  /// @param matches is told what every check matches
  public Checks(
      Bases bases,
      Matches.Note matches,
      Reserving holds,
      Readiness readiness,
      Tokens tokens,
      Denials denials) {
    this.bases = bases;
    this.matches = matches;
    this.holds = holds;
    this.readiness = readiness;
    this.tokens = tokens;
    this.denials = denials;
  }

  public CompletableFuture<Decision> decide(Check check) {
    return begin(check, holds.now(), 1);
  }

  private CompletableFuture<Decision> begin(Check check, Instant now, int round) {
    var basis = bases.of(check.tenant());
    var matched = basis.policy().match(check.dimensions(), now);
    matches.of(check.tenant(), matched.budgets(), now.toEpochMilli());
    var closed = Gate.denies(check, matched, basis.policy().rules());
    if (closed.isPresent()) {
      return closed.get() instanceof Decision.ModelNotAllowed denied
          ? advised(basis, matched, check, denied, now)
          : done(closed.get());
    }
    var demand = Demand.of(basis, check, matched, now);
    var again = denials.again(demand, now);
    return again.isPresent()
        ? done(again.get())
        : attempt(new Case(basis, matched, demand), demand.wish(), round);
  }

  /* The denial stands, whatever becomes of the advice. */
  private CompletableFuture<Decision> advised(
      Basis basis, Matched matched, Check check, Decision.ModelNotAllowed denied, Instant now) {
    if (denied.budget().models().downgrades().isEmpty()) {
      return done(denied);
    }
    Demand demand;
    try {
      demand = Demand.of(basis, check, matched, now);
    } catch (Failure unpriced) {
      return done(denied);
    }
    return holds
        .reserve(demand.unfit())
        .handle((answer, error) ->
            answer instanceof Reserved.Refused(var at, var encumbered)
                ? denied.with(Advice.of(basis, demand, denied.budget(), encumbered))
                : denied);
  }

  private CompletableFuture<Decision> attempt(Case subject, Wish wish, int round) {
    requireRoomInToken(subject.demand(), wish);
    return step(holds.reserve(wish), answer -> answered(subject, wish, answer, round), subject);
  }

  private CompletableFuture<Decision> answered(
      Case subject, Wish wish, Reserved answer, int round) {
    var demand = subject.demand();
    return switch (answer) {
      case Reserved.Granted granted -> done(subject.allowed(wish, granted));
      case Reserved.Refused(var now, var encumbered) -> refused(subject, now, encumbered, round);
      case Reserved.Stale(var now) ->
          round == ROUNDS_MAX
              ? away(subject, notNow("the store's clock and the windows disagree", RETRY_AFTER))
              : begin(demand.check(), now, round + 1);
      case Reserved.StalePolicy(var version) -> outdated(subject, version, round);
      case Reserved.NoEpoch() -> unready(subject, wish, round);
      case Reserved.Unseeded(var seeded) -> unready(subject, wish, round);
      case Reserved.Recovering(var until) ->
          away(
              subject,
              notNow(
                  "the store was lost, and calls of before may be in flight until " + until,
                  pause(until)));
      case Reserved.Reused() ->
          throw Failure.of(
              Reason.REQUEST_ID_REUSED, "the same request_id came before with other content");
      case Reserved.Closed(var settled) ->
          throw Failure.of(
              settled ? Reason.ALREADY_SETTLED : Reason.ALREADY_RELEASED,
              "the call of this request_id is over");
      case Reserved.TooManyGroups(var claim) -> throw tooManyGroups(demand.parts().get(claim));
      case Reserved.TooManyHolds(var max) ->
          throw Failure.of(
              Reason.LIMIT_REACHED,
              "%d calls are in flight or were made in ten minutes, and more can't be held"
                  .formatted(max));
    };
  }

  private CompletableFuture<Decision> refused(
      Case subject, Instant now, List<Long> encumbered, int round) {
    var demand = subject.demand();
    return switch (Ruling.of(subject.basis(), demand, encumbered, now)) {
      case Ruling.Whole() ->
          throw new IllegalStateException("refused, though everything fits: " + encumbered);
      case Ruling.Clamped(var output) ->
          round == ROUNDS_MAX
              ? done(Ruling.denial(subject.basis(), demand, encumbered, now))
              : attempt(subject, demand.wish(output), round + 1);
      case Ruling.No(var denial) -> {
        denials.add(demand, encumbered, now);
        yield done(denial);
      }
    };
  }

  /* Another instance knows a newer policy. */
  private CompletableFuture<Decision> outdated(Case subject, long version, int round) {
    var check = subject.demand().check();
    if (round == ROUNDS_MAX) {
      return away(subject, notNow("the budgets have changed, and are being read", RETRY_AFTER));
    }
    return step(
        bases.newer().apply(check.tenant(), version),
        policy -> begin(check, holds.now(), round + 1),
        subject);
  }

  /* The tenant is new to the store, a budget is, or the store was lost. */
  private CompletableFuture<Decision> unready(Case subject, Wish wish, int round) {
    if (round == ROUNDS_MAX) {
      return away(subject, notNow("the counters are being rebuilt", REBUILD_PAUSE));
    }
    return step(
        readiness.of(wish.tenant(), wish.head().policyVersion()),
        any -> attempt(subject, wish, round + 1),
        subject);
  }

  private <T> CompletableFuture<Decision> step(
      CompletableFuture<T> answer,
      Function<? super T, CompletableFuture<Decision>> next,
      Case subject) {
    return answer
        .<Supplier<CompletableFuture<Decision>>>handle(
            (value, error) -> () -> error == null ? next.apply(value) : away(subject, error))
        .thenCompose(Supplier::get);
  }

  /* Whether something was held is not known. If it was, and the call goes on unheld, that hold
  stays until it expires, beside what the call is charged: too much is counted, never too little. */
  private CompletableFuture<Decision> away(Case subject, Throwable thrown) {
    var error =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (!(error instanceof Failure failure) || failure.reason() != Reason.STORE_UNAVAILABLE) {
      return CompletableFuture.failedFuture(error);
    }
    if (!subject.demand().needsStore()) {
      return done(subject.unheld(holds.now()));
    }
    return CompletableFuture.failedFuture(
        failure.retryAfter().isPresent()
            ? failure
            : notNow(String.valueOf(failure.getMessage()), RETRY_AFTER));
  }

  private Duration pause(Instant until) {
    var left = Duration.between(holds.now(), until);
    return left.compareTo(RETRY_AFTER) < 0 ? RETRY_AFTER : left;
  }

  private static Failure notNow(String message, Duration retryAfter) {
    return Failure.retryable(Reason.STORE_UNAVAILABLE, message, retryAfter);
  }

  private static Failure tooManyGroups(Part part) {
    return Failure.of(
        Reason.LIMIT_REACHED,
        "budget %s has %d groups in this window, and a call of another can't be counted"
            .formatted(part.budget().id(), part.claim().groupsMax()));
  }

  private void requireRoomInToken(Demand demand, Wish wish) {
    if (!tokens.fits(wish, demand.check().subject())) {
      throw Failure.of(
          Reason.LIMIT_REACHED,
          "the call matches %d limits, more than one reservation can carry beside the names of its"
                  .formatted(demand.parts().size())
              + " model and price books");
    }
  }

  private static CompletableFuture<Decision> done(Decision decision) {
    return CompletableFuture.completedFuture(decision);
  }
}
