package dev.tollgate.quota.check;

import java.util.concurrent.CompletableFuture;

/// Has a tenant's counters made ready for checks: their life begun, and seeded with what the ledger
/// knows. Does not block.
@FunctionalInterface
public interface Readiness {
  /// Done when checks by that version of the policy can be asked again; fails with
  /// STORE_UNAVAILABLE where that takes longer than a check may wait.
  CompletableFuture<?> of(String tenant, long policyVersion);
}
