package dev.tollgate.quota.recover;

import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.hold.Spend;
import java.time.Instant;

/// One call as the ledger has it.
///
/// @param dimensions those that were asked for
/// @param token its reservation as the event named it: anybody can have written it
/// @param spend the cost is 0 where it is not known, and so are the tokens
record LedgerCall(Dimensions dimensions, Instant checkTime, String token, Spend spend) {}
