package dev.tollgate.ingest.write;

import java.time.Duration;

/// When a batch is sealed: at so many rows or bytes, or when its first row has waited so long.
///
/// @param linger for a small one; one that has a twentieth of the rows by then waits longer, as the
///   ledger pays less for each row of a large one
public record BatchLimits(int rowsMax, long bytesMax, Duration linger) {
  private static final int LARGE_PART = 20;
  private static final int LARGE_LINGERS = 3;

  /// How long a batch of so many rows has still to wait, having waited so long; 0 where it is due.
  Duration left(int rows, Duration waited) {
    var left = (isLarge(rows) ? linger.multipliedBy(LARGE_LINGERS) : linger).minus(waited);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private boolean isLarge(int rows) {
    return rows >= rowsMax / LARGE_PART;
  }
}
