package dev.tollgate.quota.hold;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Where budgets are spent: counters, and a record per reservation that says what it added to them.
///
/// Every verb is one atomic step, and none blocks. A future fails with STORE_UNAVAILABLE where the
/// store does not answer: whether the step was made is then unknown, and a retry finds out, since
/// every verb has its effect once. Safe for concurrent use, by any number of instances.
public interface Holds {
  /// The instant by the store's clock, which decides expiry and windows. Instances' own clocks
  /// don't matter.
  Instant now();

  /// Holds every claim or none; the answer to a retry is the first one.
  CompletableFuture<Reserved> reserve(Wish wish);

  /// Replaces a hold by what its caller says that the call cost.
  CompletableFuture<Settled> settle(Reservation reservation, Spend actual);

  /// Gives a hold back whole.
  CompletableFuture<Released> release(Reservation reservation);

  /// Applies a run of one tenant's ledger, skipping what the log's position says was applied
  /// before.
  CompletableFuture<Applied> apply(String tenant, String logId, List<LedgerEntry> run);

  /// Charges the holds that are past their expiry, some at a time; answers how many.
  CompletableFuture<Integer> expire(String tenant);

  /// Reads counters of one tenant, at one instant, at least one.
  CompletableFuture<List<Stand>> stand(String tenant, List<Counter> counters);
}
