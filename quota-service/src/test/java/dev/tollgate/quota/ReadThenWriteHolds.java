package dev.tollgate.quota;

import dev.tollgate.quota.hold.Applied;
import dev.tollgate.quota.hold.Claim;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.hold.Extended;
import dev.tollgate.quota.hold.Holds;
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
import java.util.stream.IntStream;

/// What a check must not be: it reads the counters, decides here, and then writes, in two commands.
/// Only there to prove that the overspend test notices.
record ReadThenWriteHolds(Holds store) implements Holds {
  @Override
  public CompletableFuture<Reserved> reserve(Wish wish) {
    var counters = wish.claims().stream().map(Claim::counter).toList();
    if (counters.isEmpty()) {
      return store.reserve(wish);
    }
    return store
        .stand(wish.tenant(), counters)
        .thenCompose(stands -> store.reserve(fits(wish, stands) ? unlimited(wish) : wish));
  }

  private static boolean fits(Wish wish, List<Stand> stands) {
    return IntStream.range(0, stands.size())
        .allMatch(i -> wish.claims().get(i).fits(stands.get(i).encumbered()));
  }

  private static Wish unlimited(Wish wish) {
    return new Wish(
        wish.tenant(),
        wish.id(),
        wish.fingerprint(),
        wish.holdDuration(),
        wish.terms(),
        wish.head(),
        wish.strict(),
        wish.claims().stream().map(claim -> claim.withLimit(CounterUnit.EXACT_MAX)).toList());
  }

  @Override
  public Instant now() {
    return store.now();
  }

  @Override
  public CompletableFuture<Settled> settle(Reservation reservation, Spend actual) {
    return store.settle(reservation, actual);
  }

  @Override
  public CompletableFuture<Released> release(Reservation reservation) {
    return store.release(reservation);
  }

  @Override
  public CompletableFuture<Extended> extend(Reservation reservation, Duration duration) {
    return store.extend(reservation, duration);
  }

  @Override
  public CompletableFuture<List<Lapse>> lapses(String tenant) {
    return store.lapses(tenant);
  }

  @Override
  public CompletableFuture<Void> recorded(String tenant, List<ReservationId> ids) {
    return store.recorded(tenant, ids);
  }

  @Override
  public CompletableFuture<Applied> apply(
      String tenant, String logId, long policyVersion, List<LedgerEntry> run) {
    return store.apply(tenant, logId, policyVersion, run);
  }

  @Override
  public CompletableFuture<Integer> expire(String tenant) {
    return store.expire(tenant);
  }

  @Override
  public CompletableFuture<List<Stand>> stand(String tenant, List<Counter> counters) {
    return store.stand(tenant, counters);
  }
}
