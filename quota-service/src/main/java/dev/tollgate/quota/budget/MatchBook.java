package dev.tollgate.quota.budget;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// When checks matched budgets last, on any instance. Does not block; safe for concurrent use.
public interface MatchBook {
  /// Takes what one instance saw: budget ids and milliseconds. Of two times of a budget the later
  /// stays.
  CompletableFuture<Void> note(String tenant, Map<String, Long> lastMillis);

  /// All that is known of a tenant: budget ids and milliseconds.
  CompletableFuture<Map<String, Long>> last(String tenant);
}
