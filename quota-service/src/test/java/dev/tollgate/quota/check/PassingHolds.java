package dev.tollgate.quota.check;

import dev.tollgate.quota.hold.Applied;
import dev.tollgate.quota.hold.Counter;
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
import org.jspecify.annotations.NullMarked;

/// Holds that pass every verb on, for tests that stand between.
@NullMarked
class PassingHolds implements Holds {
  private final Holds holds;

  PassingHolds(Holds holds) {
    this.holds = holds;
  }

  @Override
  public Instant now() {
    return holds.now();
  }

  @Override
  public CompletableFuture<Reserved> reserve(Wish wish) {
    return holds.reserve(wish);
  }

  @Override
  public CompletableFuture<Settled> settle(Reservation reservation, Spend actual) {
    return holds.settle(reservation, actual);
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
      String tenant, String log, long policyVersion, List<LedgerEntry> run) {
    return holds.apply(tenant, log, policyVersion, run);
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
