package dev.tollgate.quota.learn;

import dev.tollgate.quota.budget.Budget;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// What calls have cost, as the ledger knows it. Blocks; failures are those of `ClickHouse`.
@FunctionalInterface
public interface Costs {
  /// What the ledger is asked in. Every time zone's hours are made of these.
  Duration QUARTER = Duration.ofMinutes(15);

  /// What the calls of some time cost that a budget counts, in nanos of the currency of its spend
  /// rate, by the number of the quarter of an hour since the epoch; quarters without any are left
  /// out.
  ///
  /// @param carved budgets that are carved out of it: their calls are not the budget's
  Map<Long, Long> byQuarter(
      String tenant, Budget budget, List<Budget> carved, Instant since, Instant until);
}
