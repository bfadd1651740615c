package dev.tollgate.quota.backtest;

import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.hold.Spend;
import java.time.Instant;

/// A call that was made, as the ledger tells it.
///
/// @param checkTime which decides the window that it counts in
/// @param dimensions those that were asked for
/// @param requestedOutputTokens the most output that it asked for; 0 where that is not known
/// @param currency of its cost; empty where that is not known
/// @param spend what it came to; money 0 where that is not known
record PastCall(
    String eventId,
    Instant checkTime,
    Dimensions dimensions,
    String serviceTier,
    long requestedOutputTokens,
    String currency,
    boolean unknownCost,
    Spend spend) {
  /// The most output that it may have asked for, as far as is known.
  long askedOutputTokens() {
    return requestedOutputTokens > 0 ? requestedOutputTokens : spend.outputTokens();
  }
}
