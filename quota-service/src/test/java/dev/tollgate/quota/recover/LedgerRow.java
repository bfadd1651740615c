package dev.tollgate.quota.recover;

import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.hold.Spend;
import java.time.Instant;
import org.jspecify.annotations.NullMarked;

/// A call as a test puts it into the ledger.
///
/// @param token empty for a call without a reservation
@NullMarked
public record LedgerRow(
    String tenant,
    String log,
    long position,
    Instant time,
    Dimensions dimensions,
    String token,
    boolean unknownCost,
    String currency,
    Spend spend) {
  LedgerCall call() {
    var known = unknownCost ? new Spend(0, spend.inputTokens(), spend.outputTokens()) : spend;
    return new LedgerCall(dimensions, time, token, known);
  }
}
