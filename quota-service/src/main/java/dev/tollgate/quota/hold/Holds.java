package dev.tollgate.quota.hold;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Where budgets are spent: counters, and a record per reservation that says what it added to them.
///
/// Every verb is one atomic step, and none blocks. A future fails with STORE_UNAVAILABLE where the
/// store does not answer: whether the step was made is then unknown, and a retry finds out, since
/// every verb has its effect once. Safe for concurrent use, by any number of instances.
public interface Holds extends Reserving {
  /// No hold is open for longer than that from now.
  Duration HOLD_MAX = Duration.ofHours(24);

  /// Replaces a hold by what its caller says that the call cost.
  CompletableFuture<Settled> settle(Reservation reservation, Spend actual);

  /// Gives a hold back whole.
  CompletableFuture<Released> release(Reservation reservation);

  /// Keeps a hold open for at least that long from now, at most [#HOLD_MAX]; never shortens it.
  /// Where the store was lost since, the hold is made anew from the reservation.
  CompletableFuture<Extended> extend(Reservation reservation, Duration duration);

  /// Applies a run of one tenant's ledger, skipping what the log's position says was applied
  /// before.
  ///
  /// @param policyVersion by which the run's debits were made
  CompletableFuture<Applied> apply(
      String tenant, String logId, long policyVersion, List<LedgerEntry> run);

  /// Ends the holds that are past their expiry, some at a time: each counter keeps what its claim
  /// said. Answers how many.
  CompletableFuture<Integer> expire(String tenant);

  /// Some of the holds that expired and are charged for it, and were not [#recorded] yet.
  CompletableFuture<List<Lapse>> lapses(String tenant);

  /// Tells that lapses are written down.
  CompletableFuture<Void> recorded(String tenant, List<ReservationId> ids);

  /// Reads counters of one tenant, at one instant, at least one.
  CompletableFuture<List<Stand>> stand(String tenant, List<Counter> counters);
}
