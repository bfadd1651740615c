package dev.tollgate.quota.recover;

import dev.tollgate.kernel.dimension.Dimension;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Which calls of the ledger are asked for, and what must be told of them.
///
/// @param since when they were checked, at the earliest
/// @param through of each log the last position that is asked for; nothing of other logs is
/// @param dimensions by which they are told apart
/// @param turns instants, ascending, at which other budgets began to count
/// @param slotLengthMillis of the slots by which they are told apart; 0 for none
record LedgerQuestion(
    String tenant,
    Instant since,
    Map<String, Long> through,
    List<Dimension> dimensions,
    List<Instant> turns,
    long slotLengthMillis) {
  LedgerQuestion {
    through = Map.copyOf(through);
    dimensions = List.copyOf(dimensions);
    turns = List.copyOf(turns);
  }

  /// For calls one by one, told apart by no dimension.
  static LedgerQuestion since(String tenant, Instant since, Map<String, Long> through) {
    return new LedgerQuestion(tenant, since, through, List.of(), List.of(), 0);
  }

  /// An instant at which the same budgets counted as at any that lies after so many turns.
  Instant at(int turnsBefore) {
    return turnsBefore == 0 ? since : turns.get(turnsBefore - 1);
  }
}
