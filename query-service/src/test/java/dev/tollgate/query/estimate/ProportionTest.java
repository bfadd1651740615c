package dev.tollgate.query.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/// The ends are those of the worked examples in R. G. Newcombe, "Two-sided confidence intervals for
/// the single proportion", Statistics in Medicine 17 (1998), table I, method 3.
class ProportionTest {
  @Test
  void interval_ofTrials_isWilsons() {
    assertInterval(81, 263, 0.2553, 0.3662);
    assertInterval(15, 148, 0.0624, 0.1605);
    assertInterval(1, 29, 0.0061, 0.1718);
  }

  @Test
  void interval_noneOrAllHit_endsAtTheEdge() {
    assertInterval(0, 20, 0, 0.1611);
    assertInterval(20, 20, 0.8389, 1);
    assertThat(new Proportion(0, 20).low()).isZero();
    assertThat(new Proportion(20, 20).high()).isEqualTo(1);
  }

  private static void assertInterval(long hits, long trials, double low, double high) {
    var interval = new Proportion(hits, trials).interval();
    assertThat(interval.getValue()).isEqualTo((double) hits / trials);
    assertThat(interval.getLow()).isEqualTo(low, within(5e-5));
    assertThat(interval.getHigh()).isEqualTo(high, within(5e-5));
  }
}
