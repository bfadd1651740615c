package dev.tollgate.query.search;

import dev.tollgate.query.scope.Scope;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/// Which events a caller looks for, checked.
///
/// @param ends how their attempts may have ended, as the ledger writes it; empty for any
/// @param statuses how well their costs may be known, as the ledger writes it; empty for any
/// @param floor what they must cost at least
/// @param dearestFirst whether they are ordered by cost; else by time, the newest first
record SearchQuestion(
    Scope scope,
    List<String> ends,
    List<String> statuses,
    Optional<Floor> floor,
    boolean dearestFirst) {
  SearchQuestion {
    ends = List.copyOf(ends);
    statuses = List.copyOf(statuses);
  }

  /// The least amount, and its currency.
  record Floor(String currency, BigInteger picos) {}

  SearchQuestion within(Scope other) {
    return new SearchQuestion(other, ends, statuses, floor, dearestFirst);
  }
}
