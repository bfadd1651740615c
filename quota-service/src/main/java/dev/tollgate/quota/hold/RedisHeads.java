package dev.tollgate.quota.hold;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// The heads of tenants in Redis.
public final class RedisHeads implements Heads {
  @Override
  public CompletableFuture<Optional<TenantHead>> head(String tenant) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<TenantHead> begin(
      String tenant, String epoch, long policyVersion, Instant strictFrom) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Void> raise(String tenant, long policyVersion) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Boolean> seed(
      String tenant,
      String epoch,
      List<Seed> seeds,
      Map<String, Long> positions,
      List<SettledMark> settled) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Boolean> seeded(
      String tenant, String epoch, long version, Set<String> counterIds) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Set<String>> seededCounterIds(String tenant) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Long> position(String tenant, String logId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Beat> beat(String tenant, String instance, long number) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Boolean> lose(String tenant, String epoch) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<OpenHolds> open(String tenant, Optional<String> from) {
    throw new UnsupportedOperationException();
  }
}
