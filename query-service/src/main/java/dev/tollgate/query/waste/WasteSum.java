package dev.tollgate.query.waste;

import dev.tollgate.query.statement.LedgerSource;
import dev.tollgate.query.statement.LedgerStatement;
import dev.tollgate.query.statement.Sum;
import java.util.Locale;
import java.util.Optional;

/// What is added up of attempts: a sum, as a whole or over a part of them.
enum WasteSum {
  COST(Sum.COST, ""),
  SUPERSEDED_COST(Sum.COST, WasteSum.SUPERSEDED),
  FAILED_FINAL_COST(Sum.COST, WasteSum.FAILED + " AND NOT " + WasteSum.SUPERSEDED),
  ERROR_COST(Sum.COST, WasteSum.FAILED),
  EVENTS(Sum.EVENTS, ""),
  SUPERSEDED_EVENTS(Sum.EVENTS, WasteSum.SUPERSEDED),
  FAILED_FINALS(Sum.ERRORS, "NOT " + WasteSum.SUPERSEDED),
  ERRORS(Sum.ERRORS, ""),
  UNPRICED_EVENTS(Sum.UNPRICED_EVENTS, "");

  /* A correction is of an attempt that took place at another time, if it says so. */
  private static final String SUPERSEDED =
      "(f.last > (greatest(r.attempt, 1),"
          + " if(toUnixTimestamp64Milli(r.origin_time) = 0, r.event_time, r.origin_time),"
          + " r.event_id))";

  private static final String FAILED = "(r.terminal_status NOT IN ('SUCCESS', 'CANCELLED'))";

  private final Sum sum;
  private final Optional<String> part;

  WasteSum(Sum sum, String part) {
    this.sum = sum;
    this.part = Optional.of(part).filter(text -> !text.isEmpty());
  }

  /// Its name as a column of an answer.
  String column() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// What stands in the statement that adds it up.
  String text(LedgerStatement parts) {
    return parts.added(sum, LedgerSource.EVENTS, part) + " AS " + column();
  }
}
