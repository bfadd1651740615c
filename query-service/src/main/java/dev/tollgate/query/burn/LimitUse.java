package dev.tollgate.query.burn;

import dev.tollgate.kernel.window.Window;
import java.math.BigInteger;

/// How much a group used of a limit in the budget's window.
///
/// @param available with adjustments, and without what is carved out
/// @param early the part of `used` from before the end of a month's 20th day
record LimitUse(BurnTime time, Amount available, BigInteger used, BigInteger early) {
  private static final BigInteger HUNDRED = BigInteger.valueOf(100);

  /// Whether so much was used. Nothing used is not even all of nothing.
  boolean reaches(int percent) {
    return reaches(used, percent);
  }

  /// Whether so much was used early.
  boolean reachesEarly(int percent) {
    return time.endOfDay20().isPresent() && reaches(early, percent);
  }

  private boolean reaches(BigInteger amount, int percent) {
    return amount.signum() > 0
        && amount
                .multiply(HUNDRED)
                .compareTo(available.value().multiply(BigInteger.valueOf(percent)))
            >= 0;
  }

  /// Whether what was used may become less in this window.
  boolean slides() {
    return time.window() instanceof Window.Sliding;
  }
}
