package dev.tollgate.quota.hold;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Lives whose counters begin from zero: for who knows no ledger.
public final class LivesFromZero {
  private final Heads heads;
  private final RandomGenerator random;
  private final Supplier<Set<String>> counterIds;

  /// @param counterIds of the budgets there are
  public LivesFromZero(Heads heads, RandomGenerator random, Supplier<Set<String>> counterIds) {
    this.heads = heads;
    this.random = random;
    this.counterIds = counterIds;
  }

  /// Has one begun that is seeded for that version of the policy.
  public CompletableFuture<TenantHead> begin(String tenant, long policyVersion) {
    var seeding = policyVersion + 1;
    return heads
        .begin(tenant, HexFormat.of().toHexDigits(random.nextLong()), policyVersion, Instant.EPOCH)
        .thenCompose(head ->
            heads.seeded(tenant, head.epoch(), seeding, counterIds.get()).thenApply(any -> head));
  }
}
