package dev.tollgate.query.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.seed.Seeds;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class EarlierTest {
  @Test
  void of_wholeMonthWithoutBuckets_isTheMonthBefore() {
    var march = earlier(Optional.empty(), "UTC", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");

    assertThat(range(march)).isEqualTo("2026-02-01T00:00:00Z to 2026-03-01T00:00:00Z");
  }

  @Test
  void of_quarterOfMonthsInAZone_isTheQuarterBefore() {
    var berlin =
        earlier(
            Optional.of(Step.MONTH),
            "Europe/Berlin",
            "2026-03-31T22:00:00Z",
            "2026-06-30T22:00:00Z");

    assertThat(range(berlin)).isEqualTo("2025-12-31T23:00:00Z to 2026-03-31T22:00:00Z");
    assertThat(berlin.starts())
        .extracting(Instant::toString)
        .containsExactly("2025-12-31T23:00:00Z", "2026-01-31T23:00:00Z", "2026-02-28T23:00:00Z");
  }

  @Test
  void of_monthToDate_isAsMuchOfTheMonthBefore() {
    var part =
        earlier(Optional.of(Step.MONTH), "UTC", "2026-08-01T00:00:00Z", "2026-08-15T06:00:00Z");

    assertThat(range(part)).isEqualTo("2026-07-01T00:00:00Z to 2026-07-15T06:00:00Z");
  }

  @Test
  void of_dayOf25Hours_isTheDayBefore() {
    var day =
        earlier(
            Optional.of(Step.DAY),
            "America/New_York",
            "2026-11-01T04:00:00Z",
            "2026-11-02T05:00:00Z");

    assertThat(range(day)).isEqualTo("2026-10-31T04:00:00Z to 2026-11-01T04:00:00Z");
  }

  @Test
  void of_monthByDays_isAsManyDaysBefore() {
    var days =
        earlier(Optional.of(Step.DAY), "UTC", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");

    assertThat(range(days)).isEqualTo("2026-01-29T00:00:00Z to 2026-03-01T00:00:00Z");
    assertThat(days.starts()).hasSize(31);
  }

  @Test
  void of_wholeDaysWithoutBuckets_areAsManyDaysBefore() {
    var week =
        earlier(Optional.empty(), "Europe/Berlin", "2026-03-25T23:00:00Z", "2026-04-01T22:00:00Z");

    assertThat(range(week)).isEqualTo("2026-03-18T23:00:00Z to 2026-03-25T23:00:00Z");
  }

  @Test
  void of_hoursOrAnyLength_isTheLengthBefore() {
    var hours =
        earlier(Optional.of(Step.HOUR), "UTC", "2026-08-01T06:20:00Z", "2026-08-01T08:00:00.500Z");

    assertThat(range(hours)).isEqualTo("2026-08-01T04:39:59.500Z to 2026-08-01T06:20:00Z");
    assertThat(hours.starts())
        .extracting(Instant::toString)
        .containsExactly(
            "2026-08-01T04:19:59.500Z", "2026-08-01T05:19:59.500Z", "2026-08-01T06:19:59.500Z");
  }

  @Test
  void of_anyRange_liesBeforeItWithABucketForEach() {
    var zones = List.copyOf(new TreeSet<>(ZoneId.getAvailableZoneIds()));
    Seeds.check(
        "times compared with",
        500,
        20_000,
        (seed, random) -> {
          var zone = zones.get(random.nextInt(zones.size()));
          var start = Instant.ofEpochSecond(random.nextLong(946_684_800L, 4_000_000_000L));
          var end = start.plusSeconds(random.nextLong(1, 8_000_000));
          for (var step : Step.values()) {
            var buckets = TimeBuckets.of(step, ZoneId.of(zone), start, end);
            if (buckets.isEmpty()) {
              continue;
            }
            var earlier = Earlier.of(Optional.of(step), ZoneId.of(zone), start, end, buckets.get());

            assertThat(earlier.start()).isBefore(earlier.end());
            assertThat(earlier.end()).isBeforeOrEqualTo(start);
            assertThat(earlier.starts()).hasSameSizeAs(buckets.get().starts()).isSorted();
            assertThat(earlier.starts().getFirst()).isBeforeOrEqualTo(earlier.start());
          }
        });
  }

  private static Earlier earlier(Optional<Step> step, String zone, String start, String end) {
    var from = Instant.parse(start);
    var until = Instant.parse(end);
    var buckets =
        step.map(each -> TimeBuckets.of(each, ZoneId.of(zone), from, until).orElseThrow())
            .orElse(TimeBuckets.NONE);
    return Earlier.of(step, ZoneId.of(zone), from, until, buckets);
  }

  private static String range(Earlier earlier) {
    return earlier.start() + " to " + earlier.end();
  }
}
