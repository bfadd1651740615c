package dev.tollgate.query.saving;

import dev.tollgate.kernel.clickhouse.Row;

/// How the calls of a work went.
///
/// @param calls that were not given up
/// @param needed output tokens, by 95 % of those that succeeded at most
record Done(Work work, long calls, long successes, long needed) {
  private static final int CALLS_MIN = 100;

  static Done read(Row row) {
    return new Done(
        Work.read(row), row.integer("calls"), row.integer("successes"), row.integer("needed"));
  }

  boolean isKnown() {
    return calls >= CALLS_MIN;
  }

  /// Whether it succeeds as often as the other, but for a hundredth of all calls.
  boolean isAsGoodAs(Done other) {
    return isKnown()
        && 100 * (other.successes * calls - successes * other.calls) <= calls * other.calls;
  }
}
