package dev.tollgate.quota.hold;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// How long the store keeps what it no longer needs for a decision.
final class Retention {
  /// How long after its expiry a closed reservation still answers retries.
  static final Duration RETRY_HORIZON = Duration.ofMinutes(10);

  /* How long after its window a counter, and an unsettled hold on it, wait for late usage: as long
  as the window was, within these. Longer, and a minute's counters would pile up by thousands. */
  private static final Duration GRACE_MIN = Duration.ofMinutes(10);
  private static final Duration GRACE_MAX = Duration.ofDays(7);

  /// How long after its expiry an unsettled hold on a lifetime budget waits.
  static final Duration LIFETIME_GRACE = Duration.ofDays(35);

  private Retention() {}

  /// Until when a counter is kept, in milliseconds; 0 is for ever.
  static long counter(Counter counter) {
    return counter.isLifetime() ? 0 : counter.endMillis() + grace(counter);
  }

  private static long grace(Counter counter) {
    return Math.clamp(
        counter.endMillis() - counter.startMillis(), GRACE_MIN.toMillis(), GRACE_MAX.toMillis());
  }

  /// Until when an open hold that ends then is kept, in milliseconds.
  static long open(Instant expireTime, List<Counter> counters) {
    var kept = expireTime.plus(RETRY_HORIZON).toEpochMilli();
    for (var counter : counters) {
      var until =
          counter.isLifetime()
              ? expireTime.plus(LIFETIME_GRACE).toEpochMilli()
              : Math.max(counter.endMillis(), expireTime.toEpochMilli()) + grace(counter);
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
