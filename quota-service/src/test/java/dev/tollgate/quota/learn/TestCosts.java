package dev.tollgate.quota.learn;

import dev.tollgate.quota.budget.Budget;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;

/// Costs that a test made up, whichever budget they are asked for.
@NullMarked
final class TestCosts implements Costs {
  private final TreeMap<Instant, Long> spent = new TreeMap<>();
  final AtomicInteger asked = new AtomicInteger();
  volatile boolean away;

  void spend(Instant at, long nanos) {
    spent.merge(at, nanos, Long::sum);
  }

  void spendHourly(Instant since, Instant until, long nanos) {
    for (var at = since; at.isBefore(until); at = at.plus(Duration.ofHours(1))) {
      spend(at, nanos);
    }
  }

  @Override
  public Map<Long, Long> byQuarter(
      String tenant, Budget budget, List<Budget> carved, Instant since, Instant until) {
    asked.incrementAndGet();
    if (away) {
      throw new IllegalStateException("the ledger is away");
    }
    var quarters = new HashMap<Long, Long>();
    spent
        .subMap(since, true, until, false)
        .forEach((at, nanos) ->
            quarters.merge(
                Math.floorDiv(at.getEpochSecond(), QUARTER.toSeconds()), nanos, Long::sum));
    return quarters;
  }
}
