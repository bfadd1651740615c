package dev.tollgate.kernel.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.window.Window.Unit;
import dev.tollgate.seed.Seeds;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Windows in ten zones that have every oddity of the clock: half hours, no summer time, a summer
/// time of half an hour, clocks put on at midnight, a day that never was.
class WindowPropertyTest {
  private static final List<ZoneId> ZONES =
      List.of(
          ZoneId.of("UTC"),
          ZoneId.of("Europe/Berlin"),
          ZoneId.of("America/New_York"),
          ZoneId.of("America/Sao_Paulo"),
          ZoneId.of("America/Havana"),
          ZoneId.of("Asia/Kolkata"),
          ZoneId.of("Asia/Kathmandu"),
          ZoneId.of("Australia/Lord_Howe"),
          ZoneId.of("Pacific/Apia"),
          ZoneId.of("Asia/Beirut"));
  private static final Instant FROM = Instant.parse("2008-01-01T00:00:00Z");
  private static final int DAYS = 30 * 365;

  @Test
  void at_anyInstant_liesInItsWindowAndWindowsMeet() {
    Seeds.check(
        "windows meet",
        20_000,
        2_000_000,
        (seed, random) -> {
          var window = calendar(random);
          var instant = instant(window.zone(), random);

          var span = window.at(instant);

          assertThat(instant.toEpochMilli()).isBetween(span.startMillis(), span.endMillis() - 1);
          assertThat(window.at(Instant.ofEpochMilli(span.startMillis()))).isEqualTo(span);
          assertThat(window.at(Instant.ofEpochMilli(span.endMillis() - 1))).isEqualTo(span);
          assertThat(window.at(Instant.ofEpochMilli(span.endMillis())).startMillis())
              .isEqualTo(span.endMillis());
          assertThat(window.at(Instant.ofEpochMilli(span.startMillis() - 1)).endMillis())
              .isEqualTo(span.startMillis());
        });
  }

  @Test
  void at_daysAndMore_beginWhereTheLocalDateTurnsToTheAnchor() {
    Seeds.check(
        "windows begin at their anchors",
        20_000,
        2_000_000,
        (seed, random) -> {
          var window = calendar(random);
          if (window.unit().compareTo(Unit.DAY) < 0) {
            return;
          }
          var span = window.at(instant(window.zone(), random));

          var first = date(window, span.startMillis());
          assertThat(date(window, span.startMillis() - 1)).isBefore(first);
          /* There the 30th of December never was. */
          if (window.zone().equals(ZoneId.of("Pacific/Apia")) && first.getYear() == 2011) {
            return;
          }
          for (var date = first.plusDays(1);
              date.isBefore(date(window, span.endMillis()));
              date = date.plusDays(1)) {
            assertThat(isAnchor(window, date)).as(window + " " + date).isFalse();
          }
          assertThat(isAnchor(window, first)).as(window + " " + first).isTrue();
        });
  }

  @Test
  void sliding_anyInstant_countsAllOfItsLengthAndAtMostASlotMore() {
    Seeds.check(
        "sliding windows",
        5_000,
        500_000,
        (seed, random) -> {
          var length = Duration.ofSeconds(60 + random.nextInt(400 * 24 * 3_600 - 60));
          var window = new Window.Sliding(length);
          var now = FROM.plusMillis(random.nextLong(Duration.ofDays(DAYS).toMillis()));

          var since = window.sinceMillis(now);

          assertThat(since).isLessThanOrEqualTo(now.minus(length).toEpochMilli());
          var slot = Math.ceilDiv(length.toSeconds(), 12L) * 1_000;
          assertThat(now.minus(length).toEpochMilli() - since).isLessThan(2 * slot);
          var spans = window.earlier(now);
          for (int i = 1; i < spans.size(); i++) {
            assertThat(spans.get(i).startMillis() - spans.get(i - 1).startMillis()).isEqualTo(slot);
          }
          assertThat(window.at(now).startMillis() - spans.getLast().startMillis()).isEqualTo(slot);
          assertThat(window.currentUntilMillis(now)).isEqualTo(window.at(now).startMillis() + slot);
          assertThat(window.at(now).endMillis()).isGreaterThan(now.plus(length).toEpochMilli());
        });
  }

  private static boolean isAnchor(Window.Calendar window, LocalDate date) {
    return switch (window.unit()) {
      case MINUTE, HOUR -> throw new IllegalStateException();
      case DAY -> true;
      case WEEK -> date.getDayOfWeek() == DayOfWeek.of(window.anchorDay());
      case MONTH -> isAnchorDay(window, date);
      case QUARTER ->
          isAnchorDay(window, date) && (date.getMonthValue() - window.anchorMonth() + 12) % 3 == 0;
      case YEAR -> isAnchorDay(window, date) && date.getMonthValue() == window.anchorMonth();
    };
  }

  private static boolean isAnchorDay(Window.Calendar window, LocalDate date) {
    return date.getDayOfMonth() == Math.min(window.anchorDay(), date.lengthOfMonth());
  }

  private static LocalDate date(Window.Calendar window, long millis) {
    return Instant.ofEpochMilli(millis).atZone(window.zone()).toLocalDate();
  }

  private static Window.Calendar calendar(RandomGenerator random) {
    var unit = List.of(Unit.values()).get(random.nextInt(Unit.values().length));
    var days =
        switch (unit) {
          case WEEK -> 7;
          case MONTH, QUARTER, YEAR -> 31;
          case MINUTE, HOUR, DAY -> 1;
        };
    var months = unit == Unit.QUARTER || unit == Unit.YEAR ? 12 : 1;
    return new Window.Calendar(
        unit,
        ZONES.get(random.nextInt(ZONES.size())),
        1 + random.nextInt(days),
        1 + random.nextInt(months));
  }

  /* Half of them within a day of a change of the clock, or of midnight. */
  private static Instant instant(ZoneId zone, RandomGenerator random) {
    var any = FROM.plusSeconds(random.nextInt(DAYS) * 86_400L + random.nextInt(86_400));
    var transition = zone.getRules().nextTransition(any);
    if (transition == null || random.nextInt(2) == 0) {
      return any;
    }
    return transition.getInstant().plusSeconds(random.nextInt(-86_400, 86_400));
  }
}
