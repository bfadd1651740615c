package dev.tollgate.query.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.seed.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimeBucketsTest {
  @Test
  void days_clocksForward_areOneOf23Hours() {
    assertThat(lengths(Step.DAY, "Europe/Berlin", "2026-03-28T00:00:00Z", "2026-03-30T10:00:00Z"))
        .containsExactly(Duration.ofHours(24), Duration.ofHours(23));
  }

  @Test
  void days_clocksBack_areOneOf25Hours() {
    assertThat(
            lengths(Step.DAY, "America/New_York", "2026-10-31T12:00:00Z", "2026-11-02T12:00:00Z"))
        .containsExactly(Duration.ofHours(24), Duration.ofHours(25));
  }

  @Test
  void days_offsetOf45Minutes_beginAtAQuarter() {
    assertThat(starts(Step.DAY, "Asia/Kathmandu", "2026-08-01T00:00:00Z", "2026-08-02T00:00:00Z"))
        .containsExactly("2026-07-31T18:15:00Z", "2026-08-01T18:15:00Z");
  }

  @Test
  void days_dateThatTheZoneSkipped_isMissing() {
    // Samoa went from the 29th of December 2011 to the 31st.
    assertThat(starts(Step.DAY, "Pacific/Apia", "2011-12-29T20:00:00Z", "2011-12-31T20:00:00Z"))
        .containsExactly("2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z");
  }

  @Test
  void hours_clocksBack_countTheRepeatedHourApart() {
    assertThat(
            starts(Step.HOUR, "America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T07:30:00Z"))
        .containsExactly("2026-11-01T05:00:00Z", "2026-11-01T06:00:00Z", "2026-11-01T07:00:00Z");
  }

  @Test
  void hours_clocksBackByHalfAnHour_areCutAtTheChange() {
    assertThat(
            starts(
                Step.HOUR, "Australia/Lord_Howe", "2026-04-04T14:00:00Z", "2026-04-04T16:40:00Z"))
        .containsExactly(
            "2026-04-04T14:00:00Z",
            "2026-04-04T15:00:00Z",
            "2026-04-04T15:30:00Z",
            "2026-04-04T16:30:00Z");
  }

  @Test
  void months_zoneWestOfGreenwich_beginAtItsMidnight() {
    assertThat(
            starts(
                Step.MONTH, "America/Los_Angeles", "2026-03-15T00:00:00Z", "2026-05-01T00:00:00Z"))
        .containsExactly("2026-03-01T08:00:00Z", "2026-04-01T07:00:00Z");
  }

  @Test
  void buckets_moreThanFit_areRefused() {
    var start = Instant.parse("2020-01-01T00:00:00Z");
    var exactly = start.plus(Duration.ofHours(TimeBuckets.COUNT_MAX));

    assertThat(TimeBuckets.of(Step.HOUR, ZoneOffset.UTC, start, exactly)).isPresent();
    assertThat(TimeBuckets.of(Step.HOUR, ZoneOffset.UTC, start, exactly.plusMillis(1))).isEmpty();
  }

  /// Every zone and every step: the buckets are those that looking at a wall clock once a minute
  /// finds.
  @Test
  void buckets_anyZoneAroundAnyChange_areWhatTheWallClockShows() {
    var zones = List.copyOf(new TreeSet<>(ZoneId.getAvailableZoneIds()));
    Seeds.check(
        "time buckets against the wall clock",
        200,
        5_000,
        (seed, random) -> {
          var zone = ZoneId.of(zones.get(random.nextInt(zones.size())));
          var from = Instant.ofEpochSecond(60L * random.nextLong(15_800_000, 40_000_000));
          var change = zone.getRules().nextTransition(from);
          var middle = change == null || random.nextInt(4) == 0 ? from : change.getInstant();
          var start = middle.minusSeconds(60L * random.nextInt(3_000));
          var end = middle.plusSeconds(60L * random.nextInt(1, 3_000));
          for (var step : Step.values()) {
            var buckets = TimeBuckets.of(step, zone, start, end).orElseThrow().starts();

            assertThat(buckets.getFirst()).isEqualTo(WallClock.begin(step, zone, start));
            assertThat(buckets.subList(1, buckets.size()))
                .as(step + " in " + zone + " from " + start + " to " + end)
                .isEqualTo(WallClock.changes(step, zone, start, end));
          }
        });
  }

  private static List<String> starts(Step step, String zone, String start, String end) {
    return buckets(step, zone, start, end).stream().map(Instant::toString).toList();
  }

  private static List<Duration> lengths(Step step, String zone, String start, String end) {
    var starts = buckets(step, zone, start, end);
    return IntStream.range(1, starts.size())
        .mapToObj(i -> Duration.between(starts.get(i - 1), starts.get(i)))
        .toList();
  }

  private static List<Instant> buckets(Step step, String zone, String start, String end) {
    return TimeBuckets.of(step, ZoneId.of(zone), Instant.parse(start), Instant.parse(end))
        .orElseThrow()
        .starts();
  }
}
