package dev.tollgate.quota.recover;

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
import java.util.function.Supplier;

/// Holds whose lengths are written down before they are granted, since a store that is lost takes
/// with it how long they may be open.
final class LongHolds implements Holds {
  private final Holds holds;
  private final Recovery recovery;

  LongHolds(Holds holds, Recovery recovery) {
    this.holds = holds;
    this.recovery = recovery;
  }

  @Override
  public Instant now() {
    return holds.now();
  }

  @Override
  public CompletableFuture<Reserved> reserve(Wish wish) {
    return remembered(wish.tenant(), wish.holdDuration(), () -> holds.reserve(wish));
  }

  @Override
  public CompletableFuture<Extended> extend(Reservation reservation, Duration duration) {
    return remembered(reservation.tenant(), duration, () -> holds.extend(reservation, duration));
  }

  private <T> CompletableFuture<T> remembered(
      String tenant, Duration hold, Supplier<CompletableFuture<T>> verb) {
    return recovery.remembers(tenant, hold)
        ? verb.get()
        : recovery.remember(tenant, hold).thenCompose(any -> verb.get());
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
