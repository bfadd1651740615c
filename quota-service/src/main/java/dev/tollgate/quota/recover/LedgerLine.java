package dev.tollgate.quota.recover;

import dev.tollgate.proto.common.v1.Dimensions;
import java.time.Instant;

/// What the ledger has of calls that no budget in question tells apart.
///
/// @param dimensions those that were asked for
/// @param at an instant at which the same budgets counted as when the calls were checked
/// @param slotMillis when the slot began that they were checked in; 0 where none was asked for
/// @param currency of the money
record LedgerLine(
    Dimensions dimensions, Instant at, long slotMillis, String currency, Spent spent) {}
