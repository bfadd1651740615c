package dev.tollgate.quota.hold;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// How long the store keeps what it no longer needs for a decision.
final class Retention {
  /// How long after its expiry a closed reservation still answers retries.
  static final Duration RETRY_HORIZON = Duration.ofMinutes(10);

  /// How long after its window a counter, and an unsettled hold on it, wait for late usage.
  static final Duration GRACE = Duration.ofDays(7);

  /// The same for a hold on nothing but lifetime budgets, whose windows never end.
  static final Duration LIFETIME_GRACE = Duration.ofDays(35);

  private Retention() {}

  /// Until when a counter is kept, in milliseconds; 0 is for ever.
  static long counter(Counter counter) {
    return counter.isLifetime() ? 0 : counter.endMillis() + GRACE.toMillis();
  }

  /// Until when an open hold that ends then is kept, in milliseconds.
  static long open(Instant expireTime, List<Counter> counters) {
    var kept = expireTime.plus(RETRY_HORIZON).toEpochMilli();
    for (var counter : counters) {
      var until =
          counter.isLifetime()
              ? expireTime.plus(LIFETIME_GRACE).toEpochMilli()
              : Math.max(counter.endMillis(), expireTime.toEpochMilli()) + GRACE.toMillis();
      kept = Math.max(kept, until);
    }
    return kept;
  }

  /// Until when a closed reservation is kept, in milliseconds.
  static long closed(Instant now, Instant expireTime) {
    var from = now.isAfter(expireTime) ? now : expireTime;
    return from.plus(RETRY_HORIZON).toEpochMilli();
  }
}
