package dev.tollgate.query.burn;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.proto.budget.v1.Budget;
import dev.tollgate.query.quota.QuotaClient;
import java.util.List;

/// The budgets of each tenant: those of now or, while quota-service is away, as they were when it
/// was last seen. Blocks; safe for concurrent use.
final class KnownBudgets {
  private static final long BUDGETS_MAX = 200_000;

  private final QuotaClient quota;
  private final Cache<String, List<Budget>> last =
      Caffeine.newBuilder()
          .maximumWeight(BUDGETS_MAX)
          .<String, List<Budget>>weigher((tenant, budgets) -> 1 + budgets.size())
          .build();

  KnownBudgets(QuotaClient quota) {
    this.quota = quota;
  }

  /// Budgets by id.
  ///
  /// @param old whether they may have changed since
  record Known(List<Budget> budgets, boolean old) {
    Known {
      budgets = List.copyOf(budgets);
    }
  }

  /// @throws Failure SERVICE_UNAVAILABLE where they were never seen
  Known of(String tenant) {
    try {
      var budgets = quota.budgets(tenant);
      last.put(tenant, List.copyOf(budgets));
      return new Known(budgets, false);
    } catch (Failure away) {
      var seen = last.getIfPresent(tenant);
      if (seen == null || !isAway(away)) {
        throw away;
      }
      return new Known(seen, true);
    }
  }

  private static boolean isAway(Failure failure) {
    return failure.reason() == Reason.SERVICE_UNAVAILABLE
        || failure.reason() == Reason.STORE_UNAVAILABLE
        || failure.reason() == Reason.STOPPING;
  }
}
