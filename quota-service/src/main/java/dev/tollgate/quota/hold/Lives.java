package dev.tollgate.quota.hold;

import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/// Begins the life of a tenant's counters where the store has none: from zero.
public final class Lives {
  private static final long FIRST_SEEDING = 1;

  private final Heads heads;
  private final RandomGenerator random;

  public Lives(Heads heads, RandomGenerator random) {
    this.heads = heads;
    this.random = random;
  }

  /// Has one begun, unless there is one.
  public CompletableFuture<TenantHead> begin(String tenant, long policyVersion, Instant now) {
    return heads
        .begin(tenant, HexFormat.of().toHexDigits(random.nextLong()), policyVersion, now)
        .thenCompose(head ->
            head.seededVersion() > 0
                ? CompletableFuture.completedFuture(head)
                : heads.seeded(tenant, head.epoch(), FIRST_SEEDING).thenApply(any -> head));
  }
}
