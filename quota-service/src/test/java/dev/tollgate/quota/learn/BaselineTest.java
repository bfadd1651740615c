package dev.tollgate.quota.learn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.window.Window;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.budget.Policy;
import dev.tollgate.quota.check.TestBudget;
import dev.tollgate.quota.hold.CounterUnit;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class BaselineTest {
  /* A Wednesday. The four weeks end on Monday the 16th. */
  private static final Instant NOW = Instant.parse("2026-03-18T10:20:00Z");
  private static final Instant MONDAY = Instant.parse("2026-03-16T00:00:00Z");

  private final TestCosts costs = new TestCosts();

  @Test
  void nanos_ofAnHour_isTheMeanOfFourWeeks() {
    for (int week = 1; week <= 4; week++) {
      costs.spend(hour(week, 2, 10), 100L * week);
      costs.spend(hour(week, 2, 10).plusSeconds(3_599), 4);
      costs.spend(hour(week, 2, 11), 7);
    }
    costs.spend(hour(5, 2, 10), 1_000_000);
    costs.spend(MONDAY.plusSeconds(1), 1_000_000);
    costs.spend(hour(4, 0, 0), 1);

    var baseline = learn(ZoneOffset.UTC);

    assertThat(baseline.nanos(NOW)).isEqualTo(254);
    assertThat(baseline.nanos(NOW.plus(Duration.ofHours(1)))).isEqualTo(7);
    assertThat(baseline.nanos(NOW.plus(Duration.ofHours(2)))).isZero();
  }

  @Test
  void nanos_beforeTheFirstCall_isNotAsIfNothingWasSpent() {
    costs.spend(hour(2, 2, 9), 50);
    costs.spend(hour(2, 2, 10), 100);
    costs.spend(hour(1, 2, 10), 200);

    assertThat(learn(ZoneOffset.UTC).nanos(NOW)).isEqualTo(150);
  }

  @Test
  void nanos_ofAnHourKnownOnce_isThatOfAllDays() {
    for (int day = 2; day < 7; day++) {
      costs.spend(hour(1, day, 10), day == 2 ? 1_000 : 100);
    }

    var baseline = learn(ZoneOffset.UTC);

    assertThat(baseline.nanos(NOW)).isEqualTo((1_000 + 400) / 5);
    assertThat(baseline.nanos(NOW.plus(Duration.ofHours(1)))).isZero();
  }

  @Test
  void nanos_ofAnHourKnownOnADayAlone_isUnknown() {
    costs.spend(hour(1, 6, 10), 1_000);

    assertThat(learn(ZoneOffset.UTC).nanos(NOW)).isZero();
    assertThat(learn(ZoneOffset.UTC).nanos(hour(1, 6, 10))).isZero();
  }

  @Test
  void nanos_inAZoneOfHalfHours_areOfItsOwnClock() {
    var zone = ZoneId.of("Asia/Kolkata");
    for (int week = 0; week < 4; week++) {
      costs.spend(local(zone, 16 + 7 * week, 10, 0), 40);
      costs.spend(local(zone, 16 + 7 * week, 10, 59), 60);
      costs.spend(local(zone, 16 + 7 * week, 11, 0), 1);
    }

    var baseline = learn(zone);

    assertThat(baseline.nanos(LocalDateTime.parse("2026-03-16T10:30").atZone(zone).toInstant()))
        .isEqualTo(100);
    assertThat(baseline.nanos(LocalDateTime.parse("2026-03-16T11:59").atZone(zone).toInstant()))
        .isEqualTo(1);
  }

  @Test
  void nanos_whereTheClockIsPutBack_countEachHourOnItsOwn() {
    var zone = ZoneId.of("Europe/Berlin");
    var until = Instant.parse("2026-10-26T00:00:00Z");
    costs.spendHourly(until.minus(Duration.ofDays(40)), until, 100);

    var baseline =
        Baseline.learn(costs, "acme", rate(zone), List.of(), Instant.parse("2026-10-28T00:00:00Z"));

    /* The hour from 2 to 3 on the 25th is there twice. */
    for (int hour = 0; hour < 7 * 24; hour++) {
      assertThat(baseline.nanos(until.plus(Duration.ofHours(hour)))).isEqualTo(100);
    }
  }

  @Test
  void nanos_ofTheLargestSums_doNotOverflow() {
    costs.spend(hour(4, 0, 0), 1);
    for (int week = 1; week <= 4; week++) {
      for (int quarter = 0; quarter < 4; quarter++) {
        costs.spend(hour(week, 2, 10).plusSeconds(900L * quarter), CounterUnit.EXACT_MAX);
      }
    }

    assertThat(learn(ZoneOffset.UTC).nanos(NOW)).isEqualTo(4 * CounterUnit.EXACT_MAX);
  }

  @Test
  void isOf_theWeek_endsWithItsLastInstant() {
    var baseline = learn(ZoneOffset.UTC);

    assertThat(baseline.isOf(MONDAY)).isTrue();
    assertThat(baseline.isOf(MONDAY.minusMillis(1))).isFalse();
    assertThat(baseline.isOf(MONDAY.plus(Duration.ofDays(7)).minusMillis(1))).isTrue();
    assertThat(baseline.isOf(MONDAY.plus(Duration.ofDays(7)))).isFalse();
  }

  @Test
  void usualThen_ofEachWeek_isAskedOnceAndKnowsNothingLater() {
    costs.spendHourly(MONDAY.minus(Duration.ofDays(28)), MONDAY, 100);
    costs.spendHourly(MONDAY, MONDAY.plus(Duration.ofDays(7)), 900);
    var budget = rate(ZoneOffset.UTC);
    var usual = new UsualThen(costs, new Policy(List.of(budget)));

    assertThat(usual.nanos("acme", budget, NOW)).isEqualTo(100);
    assertThat(usual.nanos("acme", budget, NOW.plusSeconds(7_200))).isEqualTo(100);
    assertThat(costs.asked.get()).isEqualTo(1);
    assertThat(usual.nanos("acme", budget, NOW.plus(Duration.ofDays(7)))).isEqualTo(300);
    assertThat(costs.asked.get()).isEqualTo(2);
  }

  private Baseline learn(ZoneId zone) {
    return Baseline.learn(costs, "acme", rate(zone), List.of(), NOW);
  }

  static Budget rate(ZoneId zone) {
    return TestBudget.of("rate", Limit.spendRate("USD", 10, 200))
        .window(new Window.Calendar(Window.Unit.HOUR, zone, 1, 1))
        .made();
  }

  /* So many weeks back. */
  private static Instant hour(int week, int day, int hour) {
    return MONDAY.minus(Duration.ofDays(7L * week)).plus(Duration.ofHours(24L * day + hour));
  }

  private static Instant local(ZoneId zone, int day, int hour, int minute) {
    return LocalDateTime.of(2026, 2, 1, hour, minute).plusDays(day - 1L).atZone(zone).toInstant();
  }
}
