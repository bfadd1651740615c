package dev.tollgate.query.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tollgate.proto.query.v1.Interval;
import dev.tollgate.seed.Seeds;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class MeanTest {
  @Test
  void changeTo_fewTrialsOrNothing_isUnknown() {
    var some = new Mean(30, 10, 4);
    assertThat(some.changeTo(new Mean(29, 10, 4))).isEmpty();
    assertThat(new Mean(29, 10, 4).changeTo(some)).isEmpty();
    assertThat(some.changeTo(new Mean(30, 0, 0))).isEmpty();
    assertThat(new Mean(30, 0, 0).changeTo(some)).isEmpty();
    assertThat(some.changeTo(some)).isPresent();
  }

  @Test
  void interval_ofKnownVariance_isThatOfTheNormalDistribution() {
    assertThat(new Mean(1, 10, 0).interval()).isEmpty();
    var interval = new Mean(100, 10, 4).interval().orElseThrow();
    assertThat(interval.getValue()).isEqualTo(10);
    assertThat(interval.getLow()).isEqualTo(10 - 1.959963984540054 * 0.2, within(1e-12));
    assertThat(interval.getHigh()).isEqualTo(10 + 1.959963984540054 * 0.2, within(1e-12));
  }

  /// By hand: the relative variances are 4/100/100 each, so the error is sqrt(0.0008) = 0.0282843.
  @Test
  void changeTo_ofKnownVariance_isComputedByTheLogarithm() {
    var change = new Mean(100, 10, 4).changeTo(new Mean(100, 12.5, 6.25)).orElseThrow();
    assertThat(change.getValue()).isEqualTo(0.25, within(1e-12));
    assertThat(change.getLow())
        .isEqualTo(1.25 * Math.exp(-1.959963984540054 * Math.sqrt(0.0008)) - 1, within(1e-9));
    assertThat(change.getHigh())
        .isEqualTo(1.25 * Math.exp(1.959963984540054 * Math.sqrt(0.0008)) - 1, within(1e-9));
  }

  /// Of skewed costs, as calls have them: the interval must hold the truth about 95 times of 100.
  @Test
  void changeTo_ofSamplesWithAKnownRatio_holdsItAsOftenAsItSays() {
    var tries = 1_000;
    var held = new int[1];
    Seeds.check(
        "samples whose true change is 20 %",
        tries,
        tries,
        (seed, random) -> {
          var change = sample(random, 1).changeTo(sample(random, 1.2)).orElseThrow();
          held[0] += holds(change, 0.2) ? 1 : 0;
        });
    assertThat(held[0]).isBetween(925, 975);
  }

  private static boolean holds(Interval interval, double value) {
    return interval.getLow() <= value && value <= interval.getHigh();
  }

  private static Mean sample(RandomGenerator random, double scale) {
    var trials = 200;
    var sum = 0.0;
    var squares = 0.0;
    for (var i = 0; i < trials; i++) {
      var value = scale * random.nextExponential();
      sum += value;
      squares += value * value;
    }
    var mean = sum / trials;
    return new Mean(trials, mean, (squares - trials * mean * mean) / (trials - 1));
  }
}
