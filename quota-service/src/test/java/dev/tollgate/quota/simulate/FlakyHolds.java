package dev.tollgate.quota.simulate;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
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

/// A store that does not answer at times: it may have done what it was asked, or not.
final class FlakyHolds implements Holds {
  private static final int NOT_DONE = 15;
  private static final int NOT_TOLD = 15;

  private final World world;
  private final Holds holds;

  FlakyHolds(World world, Holds holds) {
    this.world = world;
    this.holds = holds;
  }

  private <T> CompletableFuture<T> perhaps(Supplier<CompletableFuture<T>> step) {
    if (world.chance(NOT_DONE)) {
      return CompletableFuture.failedFuture(away());
    }
    var answer = step.get();
    return world.chance(NOT_TOLD)
        ? answer.thenCompose(any -> CompletableFuture.failedFuture(away()))
        : answer;
  }

  private static Failure away() {
    return Failure.retryable(Reason.STORE_UNAVAILABLE, "away", Duration.ofSeconds(1));
  }

  @Override
  public Instant now() {
    return holds.now();
  }

  @Override
  public CompletableFuture<Reserved> reserve(Wish wish) {
    return perhaps(() -> holds.reserve(wish));
  }

  @Override
  public CompletableFuture<Settled> settle(Reservation reservation, Spend actual) {
    return perhaps(() -> holds.settle(reservation, actual));
  }

  @Override
  public CompletableFuture<Released> release(Reservation reservation) {
    return perhaps(() -> holds.release(reservation));
  }

  @Override
  public CompletableFuture<Extended> extend(Reservation reservation, Duration duration) {
    return perhaps(() -> holds.extend(reservation, duration));
  }

  @Override
  public CompletableFuture<Applied> apply(
      String tenant, String logId, long policyVersion, List<LedgerEntry> run) {
    return perhaps(() -> holds.apply(tenant, logId, policyVersion, run));
  }

  @Override
  public CompletableFuture<Integer> expire(String tenant) {
    return perhaps(() -> holds.expire(tenant));
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
    return perhaps(() -> holds.stand(tenant, counters));
  }
}
