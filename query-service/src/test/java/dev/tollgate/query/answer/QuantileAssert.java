package dev.tollgate.query.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.proto.query.v1.Quantiles;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/// Holds quantiles against the times themselves.
@NullMarked
public final class QuantileAssert {
  private QuantileAssert() {}

  /// Each of them must be within 1 % of a time of its rank.
  ///
  /// @param times sorted, in milliseconds
  public static void assertQuantiles(Quantiles quantiles, List<Integer> times) {
    assertThat(quantiles.getCalls()).isEqualTo(times.size());
    if (times.isEmpty()) {
      assertThat(quantiles).isEqualTo(Quantiles.getDefaultInstance());
      return;
    }
    assertQuantile(quantiles.getP50Millis(), 0.5, times);
    assertQuantile(quantiles.getP90Millis(), 0.9, times);
    assertQuantile(quantiles.getP99Millis(), 0.99, times);
  }

  /* Between two ranks either is right. */
  private static void assertQuantile(double found, double quantile, List<Integer> times) {
    var rank = quantile * (times.size() - 1);
    var low = times.get((int) Math.floor(rank));
    var high = times.get((int) Math.ceil(rank));
    assertThat(Math.min(Math.abs(found - low) / low, Math.abs(found - high) / high))
        .as(() -> quantile + " of " + times + ": " + found)
        .isLessThan(0.010_001);
  }
}
