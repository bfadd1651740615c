package dev.tollgate.quota.budget;

import java.time.Instant;

/// What an hour like this one usually costs a budget: learned from the ledger. Does not block.
@FunctionalInterface
public interface Usual {
  /// Nothing is known.
  Usual UNKNOWN = (tenant, budget, at) -> 0;

  /// In nanos of the currency of the budget's spend rate; 0 where nothing is known.
  long nanos(String tenant, Budget budget, Instant at);
}
