package dev.tollgate.query.impact;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.query.answer.Times;

/// How long the calls of a side took: to their ends, and to their first tokens.
record Pace(Times whole, Times firstToken) {
  static final Pace NONE = new Pace(Times.NONE, Times.NONE);

  static Pace read(Row row) {
    return new Pace(Times.read(row, "latency"), Times.read(row, "first_token"));
  }
}
