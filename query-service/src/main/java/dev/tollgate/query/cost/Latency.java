package dev.tollgate.query.cost;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.query.answer.Times;

/// How long the calls of one group in one time bucket took: to their ends, and to their first
/// tokens.
record Latency(Times whole, Times firstToken) {
  static final Latency NONE = new Latency(Times.NONE, Times.NONE);

  static Latency read(Row row) {
    return new Latency(Times.read(row, "latency"), Times.read(row, "first_token"));
  }
}
