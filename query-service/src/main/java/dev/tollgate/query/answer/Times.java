package dev.tollgate.query.answer;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.proto.query.v1.Quantiles;
import java.util.List;

/// How long calls took, in milliseconds.
///
/// @param calls those whose time is known
/// @param quantiles of one half, 90 % and 99 %; not numbers where there are no calls
public record Times(long calls, List<Double> quantiles) {
  public static final Times NONE = new Times(0, List.of());

  public Times {
    quantiles = List.copyOf(quantiles);
  }

  /// Those of the columns `<name>_calls` and `<name>_quantiles`.
  public static Times read(Row row, String name) {
    return new Times(row.integer(name + "_calls"), row.list(name + "_quantiles"));
  }

  /// So long took 90 % of the calls at most; 0 where there are none.
  public double p90() {
    return calls == 0 ? 0 : quantiles.get(1);
  }

  public Quantiles onWire() {
    var wire = Quantiles.newBuilder().setCalls(calls);
    if (calls > 0) {
      wire.setP50Millis(quantiles.get(0))
          .setP90Millis(quantiles.get(1))
          .setP99Millis(quantiles.get(2));
    }
    return wire.build();
  }
}
