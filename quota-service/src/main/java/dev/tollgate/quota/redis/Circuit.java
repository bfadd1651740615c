package dev.tollgate.quota.redis;

import java.time.Duration;

/// Whether a node is asked at all. Open after it was silent for long, or could not be connected to;
/// closed again by a probe that it answers. Confined to its loop.
final class Circuit {
  private static final int STRIKES_MAX = 5;
  private static final Duration DELAY_MIN = Duration.ofMillis(200);
  private static final Duration DELAY_MAX = Duration.ofSeconds(1);

  private final long strikeNanos;
  private boolean open;
  private int strikes;
  private long lastStrikeNanos;
  private Duration delay = DELAY_MIN;

  /// @param timeout of an answer; strikes closer together than that count as one
  Circuit(Duration timeout) {
    strikeNanos = timeout.toNanos();
  }

  boolean isOpen() {
    return open;
  }

  /// Somebody waited in vain. True where that opens it.
  boolean strike(long nowNanos) {
    if (strikes > 0 && nowNanos - lastStrikeNanos < strikeNanos) {
      return false;
    }
    lastStrikeNanos = nowNanos;
    strikes++;
    return strikes >= STRIKES_MAX && open();
  }

  /// True where it was closed.
  boolean open() {
    var opened = !open;
    open = true;
    return opened;
  }

  /// An answer came while somebody waited for it. True where it was open.
  boolean close() {
    var closed = open;
    open = false;
    strikes = 0;
    delay = DELAY_MIN;
    return closed;
  }

  /// Until the next probe; longer every time.
  Duration nextDelay() {
    var next = delay;
    var doubled = delay.multipliedBy(2);
    delay = doubled.compareTo(DELAY_MAX) < 0 ? doubled : DELAY_MAX;
    return next;
  }
}
