package dev.tollgate.quota.budget;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// The matches of one process, for a while.
public final class InMemoryMatchBook implements MatchBook {
  private final Map<String, Map<String, Long>> tenants = new ConcurrentHashMap<>();

  @Override
  public CompletableFuture<Void> note(String tenant, Map<String, Long> lastMillis) {
    var known = tenants.computeIfAbsent(tenant, name -> new ConcurrentHashMap<>());
    lastMillis.forEach((budget, millis) -> known.merge(budget, millis, Math::max));
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Map<String, Long>> last(String tenant) {
    return CompletableFuture.completedFuture(Map.copyOf(tenants.getOrDefault(tenant, Map.of())));
  }
}
