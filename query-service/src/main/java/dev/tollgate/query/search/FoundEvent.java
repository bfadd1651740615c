package dev.tollgate.query.search;

import dev.tollgate.proto.query.v1.UsageRow;
import dev.tollgate.query.statement.Sums;

/// All that the ledger has of an event that was found.
///
/// @param row with surrogates in place of users' names
record FoundEvent(Hit.Key key, Sums sums, UsageRow row) {}
