package dev.tollgate.query.cost;

import dev.tollgate.kernel.clickhouse.Row;
import java.util.List;

/// How long the calls of one group in one time bucket took: to their ends, and to their first
/// tokens.
record Latency(Times whole, Times firstToken) {
  static final Latency NONE = new Latency(Times.NONE, Times.NONE);

  /// In milliseconds.
  ///
  /// @param calls those whose time is known
  /// @param quantiles of one half, 90 % and 99 %; not numbers where there are no calls
  record Times(long calls, List<Double> quantiles) {
    static final Times NONE = new Times(0, List.of());

    Times {
      quantiles = List.copyOf(quantiles);
    }

    private static Times read(Row row, String name) {
      return new Times(row.integer(name + "_calls"), row.list(name + "_quantiles"));
    }
  }

  static Latency read(Row row) {
    return new Latency(Times.read(row, "latency"), Times.read(row, "first_token"));
  }
}
