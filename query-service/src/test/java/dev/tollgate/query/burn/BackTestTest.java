package dev.tollgate.query.burn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class BackTestTest {
  private static final int WEEK = 7;

  private static List<Used> days(Random random, int count, double noise) {
    var days = new ArrayList<Used>();
    for (var i = 0; i < count; i++) {
      var usual = i % WEEK < 5 ? 1_000_000 : 200_000;
      var amount = usual * Math.exp(noise * random.nextGaussian());
      days.add(new Used(i % WEEK, BigInteger.valueOf((long) amount)));
    }
    return days;
  }

  @Test
  void rhythm_weekThatRepeats_isForecastDayByDay() {
    var rhythm = Rhythm.of(days(new Random(1), 40, 0), WEEK).orElseThrow();

    assertThat(rhythm.expected(0).doubleValue()).isCloseTo(1_000_000, within(0.001));
    assertThat(rhythm.expected(6).doubleValue()).isCloseTo(200_000, within(0.001));
  }

  @Test
  void rhythm_lessThanTwoWeeks_knowsNoWeekdays() {
    var rhythm = Rhythm.of(days(new Random(1), 13, 0), WEEK).orElseThrow();

    assertThat(rhythm.factors()).containsOnly(BigDecimal.ONE);
    assertThat(rhythm.rate().doubleValue()).isCloseTo(5_400_000 / 7.0, within(0.001));
  }

  @Test
  void rhythm_daysBeforeTheFirstUse_sayNothing() {
    var days = new ArrayList<Used>();
    for (var i = 0; i < 30; i++) {
      days.add(new Used(i % WEEK, BigInteger.valueOf(i < 27 ? 0 : 90)));
    }

    assertThat(Rhythm.of(days, WEEK).orElseThrow().rate()).isEqualByComparingTo("90");
    assertThat(Rhythm.of(days.subList(0, 27), WEEK)).isEmpty();
  }

  @Test
  void backTest_pastThatRepeats_isNeverOff() {
    var test = BackTest.of(days(new Random(1), 84, 0), 10, WEEK);

    assertThat(test.tries()).isEqualTo(56);
    assertThat(test.error().orElseThrow().doubleValue()).isCloseTo(0, within(1e-9));
    assertThat(test.low().orElseThrow().doubleValue()).isCloseTo(1, within(1e-9));
    assertThat(test.high().orElseThrow().doubleValue()).isCloseTo(1, within(1e-9));
  }

  @Test
  void backTest_fewerThan10Forecasts_givesNoInterval() {
    var test = BackTest.of(days(new Random(1), 27, 0.1), 5, WEEK);

    assertThat(test.tries()).isEqualTo(9);
    assertThat(test.error()).isPresent();
    assertThat(test.low()).isEmpty();
    assertThat(BackTest.of(days(new Random(1), 14, 0.1), 5, WEEK).tries()).isZero();
  }

  /// 80 % is promised of the past; of what comes, the interval should hold about as much.
  @Test
  void backTest_interval_holdsAboutFourOfFiveFutures() {
    var held = 0;
    var runs = 400;
    for (var seed = 0; seed < runs; seed++) {
      var days = days(new Random(seed), 91, 0.3);
      var past = days.subList(0, 84);
      var next = days.subList(84, 91);
      var test = BackTest.of(past, next.size(), WEEK);
      var rhythm = Rhythm.of(past, WEEK).orElseThrow();
      var forecast = next.stream().mapToDouble(day -> rhythm.expected(day.place()).doubleValue());
      var ratio = Rhythm.sum(next).doubleValue() / forecast.sum();
      if (ratio >= test.low().orElseThrow().doubleValue()
          && ratio <= test.high().orElseThrow().doubleValue()) {
        held++;
      }
    }

    assertThat(held).isBetween(runs * 65 / 100, runs * 90 / 100);
  }
}
