package dev.tollgate.quota.hold;

import java.util.concurrent.CompletableFuture;

/// Begins the life of a tenant's counters where the store has none. Does not block.
@FunctionalInterface
public interface Lives {
  /// Has one begun, unless there is one; answers its head.
  CompletableFuture<TenantHead> begin(String tenant);
}
