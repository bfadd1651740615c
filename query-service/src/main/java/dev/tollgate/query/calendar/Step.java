package dev.tollgate.query.calendar;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;

/// How long a time bucket is on the wall clock of a time zone.
public enum Step {
  MINUTE {
    @Override
    public Instant startOf(Instant instant, ZoneId zone) {
      return instant.truncatedTo(ChronoUnit.MINUTES);
    }

    @Override
    public Instant next(Instant start, ZoneId zone) {
      return start.plus(1, ChronoUnit.MINUTES);
    }
  },

  /// In UTC: every zone's clock is whole quarters of an hour from it.
  QUARTER_HOUR {
    @Override
    public Instant startOf(Instant instant, ZoneId zone) {
      return Instant.ofEpochSecond(Math.floorDiv(instant.getEpochSecond(), QUARTER) * QUARTER);
    }

    @Override
    public Instant next(Instant start, ZoneId zone) {
      return start.plusSeconds(QUARTER);
    }
  },

  /// A full hour on the clock, or what a change of the clock leaves of it: never more than an hour.
  HOUR {
    @Override
    public Instant startOf(Instant instant, ZoneId zone) {
      var hour = instant.atZone(zone).toOffsetDateTime().truncatedTo(ChronoUnit.HOURS).toInstant();
      var change = zone.getRules().previousTransition(instant.plusNanos(1));
      return change == null || change.getInstant().isBefore(hour) ? hour : change.getInstant();
    }

    @Override
    public Instant next(Instant start, ZoneId zone) {
      var hour = start.atZone(zone).toOffsetDateTime().truncatedTo(ChronoUnit.HOURS).toInstant();
      var end = hour.plus(Duration.ofHours(1));
      var change = zone.getRules().nextTransition(start);
      return change == null || change.getInstant().isAfter(end) ? end : change.getInstant();
    }
  },

  /// A date: 23, 24 or 25 hours, mostly.
  DAY {
    @Override
    public Instant startOf(Instant instant, ZoneId zone) {
      return start(instant.atZone(zone).toLocalDate(), zone);
    }

    @Override
    public Instant next(Instant start, ZoneId zone) {
      var date = start.atZone(zone).toLocalDate();
      var next = start(date.plusDays(1), zone);
      // A date that the zone skipped begins where the one after it does.
      return next.isAfter(start) ? next : start(date.plusDays(2), zone);
    }
  },

  /// From a Monday on.
  WEEK {
    @Override
    public Instant startOf(Instant instant, ZoneId zone) {
      var date = instant.atZone(zone).toLocalDate();
      return start(date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)), zone);
    }

    @Override
    public Instant next(Instant start, ZoneId zone) {
      // Also where the zone skipped the Monday: then the week begins on a later day.
      var date = start.atZone(zone).toLocalDate();
      return start(date.with(TemporalAdjusters.next(DayOfWeek.MONDAY)), zone);
    }
  },

  MONTH {
    @Override
    public Instant startOf(Instant instant, ZoneId zone) {
      return start(instant.atZone(zone).toLocalDate().withDayOfMonth(1), zone);
    }

    @Override
    public Instant next(Instant start, ZoneId zone) {
      return start(start.atZone(zone).toLocalDate().withDayOfMonth(1).plusMonths(1), zone);
    }
  };

  private static final long QUARTER = 900;

  /// When the bucket began in which the instant lies.
  public abstract Instant startOf(Instant instant, ZoneId zone);

  /// When the bucket that begins at `start` ends.
  public abstract Instant next(Instant start, ZoneId zone);

  private static Instant start(LocalDate date, ZoneId zone) {
    return date.atStartOfDay(zone).toInstant();
  }
}
