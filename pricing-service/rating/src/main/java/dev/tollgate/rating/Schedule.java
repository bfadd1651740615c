package dev.tollgate.rating;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// At which hours of which days a price holds, on the clock of a time zone.
///
/// @param days on which its hours begin; empty is every day
/// @param hours not overlapping, at least one except in `ALWAYS`
/// @param except dates on which no hours begin
public record Schedule(Set<DayOfWeek> days, List<Hours> hours, ZoneId zone, Set<LocalDate> except) {
  /// Holds at every instant.
  public static final Schedule ALWAYS = new Schedule(Set.of(), List.of(), ZoneOffset.UTC, Set.of());

  private static final int DAY = 24 * 60;
  private static final int WEEK = 7 * DAY;

  /// From a minute of a day to another, which lies on the next day where it is not later.
  ///
  /// @param from 0 to 1,439
  /// @param to first minute that is out, 0 to 1,440
  public record Hours(int from, int to) {
    boolean isOverMidnight() {
      return to <= from;
    }

    private int minutes() {
      return isOverMidnight() ? to + DAY - from : to - from;
    }

    @Override
    public String toString() {
      return text(from) + "-" + text(to);
    }

    private static String text(int minute) {
      return "%02d:%02d".formatted(minute / 60, minute % 60);
    }
  }

  public boolean isAlways() {
    return hours.isEmpty();
  }

  public boolean holdsAt(Instant time) {
    if (isAlways()) {
      return true;
    }
    var local = time.atZone(zone);
    var minute = local.getHour() * 60 + local.getMinute();
    var today = local.toLocalDate();
    for (var each : hours) {
      if (each.isOverMidnight()
          ? (minute >= each.from && beginsOn(today))
              || (minute < each.to && beginsOn(today.minusDays(1)))
          : minute >= each.from && minute < each.to && beginsOn(today)) {
        return true;
      }
    }
    return false;
  }

  private boolean beginsOn(LocalDate date) {
    return (days.isEmpty() || days.contains(date.getDayOfWeek())) && !except.contains(date);
  }

  /// The instants after the first up to the last at which it may begin or cease to hold: not
  /// everyone is such a change, but every change is among them.
  List<Instant> changes(Instant first, Instant last) {
    if (isAlways()) {
      return List.of();
    }
    var changes = new TreeSet<Instant>();
    var end = last.atZone(zone).toLocalDate().plusDays(1);
    for (var date = first.atZone(zone).toLocalDate().minusDays(1);
        !date.isAfter(end);
        date = date.plusDays(1)) {
      for (var each : hours) {
        changes.add(at(date, each.from));
        changes.add(at(date, each.to));
      }
    }
    var rules = zone.getRules();
    for (var shift = rules.nextTransition(first);
        shift != null && !shift.getInstant().isAfter(last);
        shift = rules.nextTransition(shift.getInstant())) {
      changes.add(shift.getInstant());
    }
    return new ArrayList<>(changes.subSet(first, false, last, true));
  }

  private Instant at(LocalDate date, int minute) {
    return date.plusDays(minute / DAY)
        .atTime(LocalTime.ofSecondOfDay((minute % DAY) * 60L))
        .atZone(zone)
        .toInstant();
  }

  /// Whether some minute of a week lies in both; zones that differ count as an overlap, and so do
  /// exceptions.
  boolean overlaps(Schedule other) {
    if (isAlways() || other.isAlways() || !zone.equals(other.zone)) {
      return true;
    }
    var minutes = new boolean[WEEK];
    return !mark(minutes) || !other.mark(minutes);
  }

  /// False where a minute was marked before.
  private boolean mark(boolean[] week) {
    for (var day : DayOfWeek.values()) {
      if (days.isEmpty() || days.contains(day)) {
        for (var each : hours) {
          var begin = (day.getValue() - 1) * DAY + each.from;
          for (int i = 0; i < each.minutes(); i++) {
            var minute = (begin + i) % WEEK;
            if (week[minute]) {
              return false;
            }
            week[minute] = true;
          }
        }
      }
    }
    return true;
  }

  /// Whether its own hours don't overlap.
  boolean isConsistent() {
    return mark(new boolean[WEEK]);
  }
}
