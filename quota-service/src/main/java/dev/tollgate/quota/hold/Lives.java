package dev.tollgate.quota.hold;

import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// Begins the life of a tenant's counters where the store has none.
public final class Lives {
  private static final long FIRST_SEEDING = 1;

  private interface Beginning {
    CompletableFuture<TenantHead> of(String tenant, long policyVersion, Instant now);
  }

  private final Beginning beginning;

  private Lives(Beginning beginning) {
    this.beginning = beginning;
  }

  /// From zero: for who knows no ledger.
  public Lives(Heads heads, RandomGenerator random) {
    this((tenant, policyVersion, now) -> fromZero(heads, random, tenant, policyVersion, now));
  }

  /// As another knows how.
  ///
  /// @param beginning answers the head of the tenant's life
  public static Lives by(Function<String, CompletableFuture<TenantHead>> beginning) {
    return new Lives((tenant, policyVersion, now) -> beginning.apply(tenant));
  }

  private static CompletableFuture<TenantHead> fromZero(
      Heads heads, RandomGenerator random, String tenant, long policyVersion, Instant now) {
    return heads
        .begin(tenant, HexFormat.of().toHexDigits(random.nextLong()), policyVersion, now)
        .thenCompose(head ->
            head.seededVersion() > 0
                ? CompletableFuture.completedFuture(head)
                : heads.seeded(tenant, head.epoch(), FIRST_SEEDING).thenApply(any -> head));
  }

  /// Has one begun, unless there is one.
  public CompletableFuture<TenantHead> begin(String tenant, long policyVersion, Instant now) {
    return beginning.of(tenant, policyVersion, now);
  }
}
