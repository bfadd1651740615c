package dev.tollgate.quota.hold;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// The lives of tenants' counters: how one begins, is seeded from the ledger, and is given up.
///
/// Every step is atomic, none blocks, and each has its effect once however often it is made.
/// Answers fail as those of `Holds`.
public interface Heads {
  CompletableFuture<Optional<TenantHead>> head(String tenant);

  /// Begins a life where there is none, with no seeding done. Answers the head that is there then.
  CompletableFuture<TenantHead> begin(
      String tenant, String epoch, long policyVersion, Instant strictFrom);

  /// Tells that there is a newer version of the policy. No effect without a head, or where it knows
  /// one as new.
  CompletableFuture<Void> raise(String tenant, long policyVersion);

  /// Sets counters to what they start from, positions of logs where they are further, and marks of
  /// settled reservations where there is no record or an open hold, which then holds nothing.
  /// Leaves alone what counts already: the counters of budgets that were told to be [#seeded]. May
  /// be made in parts, in any order. Answers whether it was done: not where that life is over.
  CompletableFuture<Boolean> seed(
      String tenant,
      String epoch,
      List<Seed> seeds,
      Map<String, Long> positions,
      List<SettledMark> settled);

  /// Tells that a seeding is done, where none as late is, and of which budgets, by the names of
  /// their counters. Answers whether that life goes on.
  CompletableFuture<Boolean> seeded(
      String tenant, String epoch, long version, Set<String> counterIds);

  /// Tells that a seeding of nothing new is done.
  default CompletableFuture<Boolean> seeded(String tenant, String epoch, long version) {
    return seeded(tenant, epoch, version, Set.of());
  }

  /// Which budgets were told to be seeded in this life.
  CompletableFuture<Set<String>> seededCounterIds(String tenant);

  /// How far the logs are applied, by log.
  CompletableFuture<Map<String, LogMark>> positions(String tenant);

  /// Leaves a mark that this instance was here, and answers the one that it left before: another
  /// than it remembers says that the store lost what was written since.
  ///
  /// @param instance 1 to 32 of `a-z0-9`
  /// @param number above 0
  CompletableFuture<Beat> beat(String tenant, String instance, long number);

  /// Gives up a life that was seen to have lost something. Counters and records stay, until seeds
  /// replace them. Answers whether it was that one's.
  CompletableFuture<Boolean> lose(String tenant, String epoch);

  /// Reads the open holds, from the beginning or where an earlier part ended. One that is made
  /// meanwhile may be missing; none that was there all the time is.
  CompletableFuture<OpenHolds> open(String tenant, Optional<String> from);
}
