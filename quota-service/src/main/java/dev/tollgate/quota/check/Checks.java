package dev.tollgate.quota.check;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.hold.Head;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.quota.hold.Lives;
import dev.tollgate.quota.hold.Reservation;
import dev.tollgate.quota.hold.ReservationId;
import dev.tollgate.quota.hold.Reserved;
import dev.tollgate.quota.hold.Tokens;
import dev.tollgate.quota.hold.Wish;
import dev.tollgate.quota.price.PriceBooks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/// Decides whether calls may be made, and holds their worst case. Never blocks.
public final class Checks {
  /* Usually one step in the store. A refusal that leaves room for a smaller output takes a second,
  for exactly the output that fits; if the counters moved meanwhile, another. A window that turned
  out stale by the store's clock is computed again. All that is bounded: in the last round a refusal
  is a denial. */

  private static final int ROUNDS_MAX = 4;
  private static final Duration RETRY_AFTER = Duration.ofMillis(100);
  private static final Duration REBUILD_PAUSE = Duration.ofSeconds(1);

  private final Function<String, Policy> policies;
  private final PriceBooks books;
  private final Holds holds;
  private final Lives lives;
  private final Tokens tokens;

  /// @param policies by tenant
  public Checks(
      Function<String, Policy> policies,
      PriceBooks books,
      Holds holds,
      Lives lives,
      Tokens tokens) {
    this.policies = policies;
    this.books = books;
    this.holds = holds;
    this.lives = lives;
    this.tokens = tokens;
  }

  public CompletableFuture<Decision> decide(Check check) {
    return begin(check, holds.now(), 1);
  }

  private CompletableFuture<Decision> begin(Check check, Instant now, int round) {
    var book = books.newest(check.tenant());
    var policy = policies.apply(check.tenant());
    var matched = policy.match(check.dimensions(), now);
    var head = new Head(policy.version(), matched.seedNeeded());
    var demand = Demand.of(check, book, policy.rules(), head, matched.budgets(), now);
    return attempt(demand, demand.wish(), round);
  }

  private CompletableFuture<Decision> attempt(Demand demand, Wish wish, int round) {
    requireRoomInToken(demand, wish);
    return holds
        .reserve(wish)
        .thenCompose(answer ->
            switch (answer) {
              case Reserved.Granted granted -> done(allowed(demand.check(), granted));
              case Reserved.Refused(var now, var encumbered) ->
                  refused(demand, now, encumbered, round);
              case Reserved.Stale(var now) -> stale(demand.check(), now, round);
              case Reserved.Reused() ->
                  throw Failure.of(
                      Reason.REQUEST_ID_REUSED,
                      "the same request_id came before with other content");
              case Reserved.Closed(var settled) ->
                  throw Failure.of(
                      settled ? Reason.ALREADY_SETTLED : Reason.ALREADY_RELEASED,
                      "the call of this request_id is over");
              case Reserved.NoEpoch() -> begun(demand, wish, round);
              case Reserved.StalePolicy(var newer) ->
                  throw notNow("the budgets have changed, and are being read", RETRY_AFTER);
              case Reserved.Unseeded(var seeded) -> begun(demand, wish, round);
              case Reserved.Recovering(var until) ->
                  throw notNow(
                      "the store was lost, and calls of before may be in flight until " + until,
                      pause(until));
              case Reserved.TooManyGroups(var claim) ->
                  throw tooManyGroups(demand.parts().get(claim));
              case Reserved.TooManyHolds(var max) ->
                  throw Failure.of(
                      Reason.LIMIT_REACHED,
                      "%d calls are in flight or were made in ten minutes, and more can't be held"
                          .formatted(max));
            });
  }

  private Decision allowed(Check check, Reserved.Granted granted) {
    var reservation =
        new Reservation(
            check.tenant(),
            ReservationId.of(check.tenant(), check.requestId()),
            granted.epoch(),
            granted.checkTime(),
            granted.expireTime(),
            check.subject(),
            granted.terms(),
            granted.counters());
    return new Decision.Allowed(
        reservation, granted.terms().maxOutputTokens() < check.maxOutputTokens());
  }

  private CompletableFuture<Decision> refused(
      Demand demand, Instant now, List<Long> encumbered, int round) {
    var output = demand.outputWithin(encumbered);
    if (output.isEmpty() || round == ROUNDS_MAX) {
      return done(demand.denied(encumbered, now));
    }
    return attempt(demand, demand.wish(output.getAsLong()), round + 1);
  }

  private CompletableFuture<Decision> stale(Check check, Instant now, int round) {
    if (round == ROUNDS_MAX) {
      throw notNow("the store's clock and the windows disagree", RETRY_AFTER);
    }
    return begin(check, now, round + 1);
  }

  /* The tenant is new to the store, or the store was lost. */
  private CompletableFuture<Decision> begun(Demand demand, Wish wish, int round) {
    if (round == ROUNDS_MAX) {
      throw notNow("the counters are being rebuilt", REBUILD_PAUSE);
    }
    return lives
        .begin(wish.tenant(), wish.head().policyVersion(), holds.now())
        .thenCompose(any -> attempt(demand, wish, round + 1));
  }

  private Duration pause(Instant until) {
    var left = Duration.between(holds.now(), until);
    return left.compareTo(RETRY_AFTER) < 0 ? RETRY_AFTER : left;
  }

  private static Failure notNow(String message, Duration retryAfter) {
    return Failure.retryable(Reason.STORE_UNAVAILABLE, message, retryAfter);
  }

  private static Failure tooManyGroups(Demand.Part part) {
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
