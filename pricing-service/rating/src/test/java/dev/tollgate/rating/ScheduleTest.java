package dev.tollgate.rating;

import static dev.tollgate.rating.Books.price;
import static dev.tollgate.rating.Books.stack;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.seed.Seeds;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class ScheduleTest {
  private static final Schedule NIGHT = schedule(Set.of(), 16 * 60 + 30, 30);

  private static Schedule schedule(Set<DayOfWeek> days, int from, int to) {
    return new Schedule(days, List.of(new Schedule.Hours(from, to)), ZoneOffset.UTC, Set.of());
  }

  private static Instant at(String time) {
    return Instant.parse(time);
  }

  @Test
  void holdsAt_hoursOverMidnight_halfOpen() {
    assertThat(NIGHT.holdsAt(at("2026-08-01T16:29:59.999Z"))).isFalse();
    assertThat(NIGHT.holdsAt(at("2026-08-01T16:30:00Z"))).isTrue();
    assertThat(NIGHT.holdsAt(at("2026-08-02T00:00:00Z"))).isTrue();
    assertThat(NIGHT.holdsAt(at("2026-08-02T00:29:59.999Z"))).isTrue();
    assertThat(NIGHT.holdsAt(at("2026-08-02T00:30:00Z"))).isFalse();
  }

  @Test
  void holdsAt_daysAndMidnight_belongToTheDayOnWhichTheHoursBegin() {
    var friday = schedule(Set.of(DayOfWeek.FRIDAY), 22 * 60, 2 * 60);

    assertThat(friday.holdsAt(at("2026-10-30T23:00:00Z"))).isTrue();
    assertThat(friday.holdsAt(at("2026-10-31T01:00:00Z"))).isTrue();
    assertThat(friday.holdsAt(at("2026-10-30T01:00:00Z"))).isFalse();
    assertThat(friday.holdsAt(at("2026-10-31T23:00:00Z"))).isFalse();
  }

  @Test
  void holdsAt_exceptedDate_isFalse() {
    var schedule =
        new Schedule(
            Set.of(),
            List.of(new Schedule.Hours(60, 240)),
            ZoneOffset.UTC,
            Set.of(LocalDate.parse("2026-10-01")));

    assertThat(schedule.holdsAt(at("2026-10-01T02:00:00Z"))).isFalse();
    assertThat(schedule.holdsAt(at("2026-10-02T02:00:00Z"))).isTrue();
  }

  @Test
  void rate_scheduledBesideUnscheduled_theScheduledOneWhileItHolds() {
    var stack =
        stack(
            price("day", "input", "2", ""),
            price("night", "input", "1", "\"schedule\": {\"hours\": [\"16:30-00:30\"]}"));

    var night = Books.call("", "", at("2026-08-01T16:30:00Z"), Map.of("input", 10L));
    var day = Books.call("", "", at("2026-08-01T16:29:59Z"), Map.of("input", 10L));
    assertThat(stack.rate(night).lines().getFirst().priceId()).isEqualTo("night");
    assertThat(stack.rate(day).lines().getFirst().priceId()).isEqualTo("day");
  }

  @Test
  void overlaps_ofTwo_whereAMinuteOfTheWeekIsShared() {
    var monday = schedule(Set.of(DayOfWeek.MONDAY), 22 * 60, 2 * 60);

    assertThat(monday.overlaps(schedule(Set.of(DayOfWeek.TUESDAY), 60, 120))).isTrue();
    assertThat(monday.overlaps(schedule(Set.of(DayOfWeek.TUESDAY), 120, 180))).isFalse();
    assertThat(monday.overlaps(schedule(Set.of(DayOfWeek.MONDAY), 60, 120))).isFalse();
    assertThat(
            schedule(Set.of(DayOfWeek.SUNDAY), 1380, 60)
                .overlaps(schedule(Set.of(DayOfWeek.MONDAY), 0, 30)))
        .isTrue();
  }

  @Test
  void changes_inAnyZone_containEveryChange() {
    var zones = List.of("UTC", "Europe/Berlin", "Asia/Shanghai", "Australia/Lord_Howe");
    Seeds.check(
        "changes of schedules",
        200,
        5_000,
        (seed, random) -> {
          var schedule =
              new Schedule(
                  random.nextBoolean() ? Set.of() : Set.of(DayOfWeek.of(1 + random.nextInt(7))),
                  List.of(new Schedule.Hours(random.nextInt(1440), random.nextInt(1441))),
                  ZoneId.of(zones.get(random.nextInt(zones.size()))),
                  Set.of());
          var first = at("2026-03-28T00:00:00Z").plusSeconds(random.nextInt(20_000_000));
          var last = first.plus(Duration.ofHours(random.nextInt(60)));
          var changes = schedule.changes(first, last);
          var held = schedule.holdsAt(first);
          for (var time = first; !time.isAfter(last); time = time.plusSeconds(60)) {
            var minute = time;
            if (schedule.holdsAt(time) != held) {
              held = !held;
              assertThat(changes)
                  .as("%s at %s", schedule, time)
                  .anyMatch(
                      change -> !change.isAfter(minute) && change.isAfter(minute.minusSeconds(60)));
            }
          }
          assertThat(changes).allMatch(change -> change.isAfter(first) && !change.isAfter(last));
        });
  }
}
