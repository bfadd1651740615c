package dev.tollgate.quota.simulate;

import dev.tollgate.quota.hold.Applied;
import dev.tollgate.quota.hold.Claim;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.hold.Debit;
import dev.tollgate.quota.hold.Extended;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.quota.hold.InMemoryHolds;
import dev.tollgate.quota.hold.Lapse;
import dev.tollgate.quota.hold.LedgerEntry;
import dev.tollgate.quota.hold.Released;
import dev.tollgate.quota.hold.Reservation;
import dev.tollgate.quota.hold.ReservationId;
import dev.tollgate.quota.hold.Reserved;
import dev.tollgate.quota.hold.Settled;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Stand;
import dev.tollgate.quota.hold.Wish;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A store with one mistake that others have made.
final class Mutant implements Holds {
  /// Which mistake.
  enum Mistake {
    NONE,
    /// A hold that expires is given back, and its usage is counted when it comes after all.
    RELEASE_AT_EXPIRY,
    /// A settlement that comes again moves the counters again.
    SETTLE_TWICE,
    /// One of the budgets that match is not asked.
    BUDGET_SKIPPED,
    /// Counters are read first, and written later.
    NOT_ATOMIC
  }

  private final World world;
  private final Mistake mistake;
  private final InMemoryHolds holds;
  private long mistakes;

  Mutant(World world, Mistake mistake, InMemoryHolds holds) {
    this.world = world;
    this.mistake = mistake;
    this.holds = holds;
  }

  @Override
  public Instant now() {
    return holds.now();
  }

  @Override
  public CompletableFuture<Reserved> reserve(Wish wish) {
    return switch (mistake) {
      case NONE, SETTLE_TWICE -> holds.reserve(wish);
      case RELEASE_AT_EXPIRY ->
          holds.reserve(with(wish, claims(wish).map(claim -> claim.withLapsed(0)).toList()));
      case BUDGET_SKIPPED -> holds.reserve(with(wish, claims(wish).skip(1).toList()));
      case NOT_ATOMIC -> readThenWrite(wish);
    };
  }

  private static java.util.stream.Stream<Claim> claims(Wish wish) {
    return wish.claims().stream();
  }

  private static Wish with(Wish wish, List<Claim> claims) {
    return new Wish(
        wish.tenant(),
        wish.id(),
        wish.fingerprint(),
        wish.holdDuration(),
        wish.terms(),
        wish.head(),
        wish.strict(),
        claims);
  }

  private CompletableFuture<Reserved> readThenWrite(Wish wish) {
    for (var claim : wish.claims()) {
      var counters = new java.util.ArrayList<>(claim.earlier());
      counters.add(claim.counter());
      var sum =
          holds.stand(wish.tenant(), counters).join().stream().mapToLong(Stand::encumbered).sum();
      if (!claim.fits(sum)) {
        return holds.reserve(wish);
      }
    }
    var later = new CompletableFuture<Reserved>();
    var all = claims(wish).map(claim -> claim.withLimit(CounterUnit.EXACT_MAX)).toList();
    world.afterMillis(1, 400, () -> later.complete(holds.reserve(with(wish, all)).join()));
    return later;
  }

  @Override
  public CompletableFuture<Settled> settle(Reservation reservation, Spend actual) {
    var settled = holds.settle(reservation, actual);
    if (mistake == Mistake.SETTLE_TWICE
        && settled.join() instanceof Settled.Charged(var replayed, var nanos)
        && replayed) {
      var again =
          reservation.counters().stream()
              .filter(counter -> counter.unit().of(actual) > 0)
              .map(counter -> Debit.of(counter, counter.unit().of(actual)))
              .toList();
      holds
          .apply(
              reservation.tenant(),
              "mistakes",
              Long.MAX_VALUE,
              List.of(new LedgerEntry.Bypass(++mistakes, again)))
          .join();
    }
    return settled;
  }

  @Override
  public CompletableFuture<Released> release(Reservation reservation) {
    return holds.release(reservation);
  }

  @Override
  public CompletableFuture<Extended> extend(Reservation reservation, Duration duration) {
    return holds.extend(reservation, duration);
  }

  @Override
  public CompletableFuture<Applied> apply(
      String tenant, String logId, long policyVersion, List<LedgerEntry> run) {
    return holds.apply(tenant, logId, policyVersion, run);
  }

  @Override
  public CompletableFuture<Integer> expire(String tenant) {
    return holds.expire(tenant);
  }

  @Override
  public CompletableFuture<List<Lapse>> lapses(String tenant) {
    return holds.lapses(tenant);
  }

  @Override
  public CompletableFuture<Void> recorded(String tenant, List<ReservationId> ids) {
    return holds.recorded(tenant, ids);
  }

  @Override
  public CompletableFuture<List<Stand>> stand(String tenant, List<Counter> counters) {
    return holds.stand(tenant, counters);
  }
}
