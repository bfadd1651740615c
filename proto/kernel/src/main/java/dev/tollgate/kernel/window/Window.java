package dev.tollgate.kernel.window;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.stream.LongStream;

/// When a budget begins to count anew.
public sealed interface Window {
  /// A stretch of time in milliseconds, its end excluded; both 0 for all time.
  record Span(long startMillis, long endMillis) {
    public static final Span ALWAYS = new Span(0, 0);

    public static Span of(Instant start, Instant end) {
      return new Span(start.toEpochMilli(), end.toEpochMilli());
    }
  }

  /// Where a call of the instant is counted: from when on, and until when that counts.
  Span at(Instant instant);

  /// Until when a call is counted in the same place as one of the instant; [Long#MAX_VALUE] for
  /// ever.
  default long currentUntilMillis(Instant instant) {
    return at(instant).endMillis();
  }

  /// What else counts at the instant, oldest first.
  default List<Span> earlier(Instant instant) {
    return List.of();
  }

  /// From when on what was spent counts at the instant, in milliseconds.
  default long sinceMillis(Instant instant) {
    return at(instant).startMillis();
  }

  /// A month of the calendar.
  static Window month(ZoneId zone) {
    return new Calendar(Unit.MONTH, zone, 1, 1);
  }

  /// Units of the calendar.
  enum Unit {
    MINUTE,
    HOUR,
    DAY,
    WEEK,
    MONTH,
    QUARTER,
    YEAR;

    private int months() {
      return switch (this) {
        case QUARTER -> 3;
        case YEAR -> 12;
        default -> 1;
      };
    }

    boolean isOfMonths() {
      return compareTo(MONTH) >= 0;
    }
  }

  /// From one turn of a unit of the calendar to the next, on the clock of a zone.
  ///
  /// @param anchorDay of the week (1 is Monday) or of the month, where its last is meant if it is
  ///   shorter; 1 for units without
  /// @param anchorMonth in which a year or one of its quarters begins; 1 for units without
  record Calendar(Unit unit, ZoneId zone, int anchorDay, int anchorMonth) implements Window {
    @Override
    public Span at(Instant instant) {
      return switch (unit) {
        case MINUTE -> {
          var start = instant.truncatedTo(ChronoUnit.MINUTES);
          yield Span.of(start, start.plus(1, ChronoUnit.MINUTES));
        }
        case HOUR -> hour(instant);
        case DAY, WEEK, MONTH, QUARTER, YEAR -> days(instant);
      };
    }

    /* An hour of the local clock; where that is put on or back within one, it is cut there. */
    private Span hour(Instant instant) {
      var rules = zone.getRules();
      var offset = Duration.ofSeconds(rules.getOffset(instant).getTotalSeconds());
      var start = instant.plus(offset).truncatedTo(ChronoUnit.HOURS).minus(offset);
      var end = start.plus(1, ChronoUnit.HOURS);
      var before = rules.previousTransition(instant.plusMillis(1));
      var after = rules.nextTransition(instant);
      return Span.of(
          before != null && before.getInstant().isAfter(start) ? before.getInstant() : start,
          after != null && after.getInstant().isBefore(end) ? after.getInstant() : end);
    }

    private Span days(Instant instant) {
      var date = instant.atZone(zone).toLocalDate();
      var first = first(date);
      return Span.of(
          first.atStartOfDay(zone).toInstant(), next(first).atStartOfDay(zone).toInstant());
    }

    private LocalDate first(LocalDate date) {
      if (unit == Unit.DAY) {
        return date;
      }
      if (unit == Unit.WEEK) {
        return date.with(TemporalAdjusters.previousOrSame(DayOfWeek.of(anchorDay)));
      }
      var anchor = anchorMonth - 1L;
      var months = unit.months();
      var index = date.getYear() * 12L + date.getMonthValue() - 1;
      var start = Math.floorDiv(index - anchor, months) * months + anchor;
      var first = dayOf(start);
      return first.isAfter(date) ? dayOf(start - months) : first;
    }

    private LocalDate next(LocalDate first) {
      return switch (unit) {
        case MINUTE, HOUR -> throw new IllegalStateException("not of days: " + unit);
        case DAY -> first.plusDays(1);
        case WEEK -> first.plusWeeks(1);
        case MONTH, QUARTER, YEAR ->
            dayOf(first.getYear() * 12L + first.getMonthValue() - 1 + unit.months());
      };
    }

    private LocalDate dayOf(long monthIndex) {
      var month =
          YearMonth.of(
              Math.toIntExact(Math.floorDiv(monthIndex, 12)), Math.floorMod(monthIndex, 12) + 1);
      return month.atDay(Math.min(anchorDay, month.lengthOfMonth()));
    }
  }

  /// The time up to now, of a length of whole seconds.
  record Sliding(Duration length) implements Window {
    /* Time is cut into slots; a call counts in the slot that it falls in, and a slot as long as
    any of it lies in the window. So the oldest counts whole though it is partly too old. */

    private static final int SLOTS = 12;

    private long slotMillis() {
      return Math.ceilDiv(length.toSeconds(), SLOTS) * 1_000;
    }

    private long slotStart(Instant instant) {
      return Math.floorDiv(instant.toEpochMilli(), slotMillis()) * slotMillis();
    }

    private Span slot(long startMillis) {
      return new Span(startMillis, startMillis + slotMillis() + length.toMillis());
    }

    @Override
    public Span at(Instant instant) {
      return slot(slotStart(instant));
    }

    @Override
    public long currentUntilMillis(Instant instant) {
      return slotStart(instant) + slotMillis();
    }

    @Override
    public List<Span> earlier(Instant instant) {
      var slots = Math.ceilDiv(length.toMillis(), slotMillis());
      var current = slotStart(instant);
      return LongStream.rangeClosed(1, slots)
          .mapToObj(back -> slot(current - (slots + 1 - back) * slotMillis()))
          .toList();
    }

    @Override
    public long sinceMillis(Instant instant) {
      return earlier(instant).getFirst().startMillis();
    }
  }

  /// Never.
  record Lifetime() implements Window {
    @Override
    public Span at(Instant instant) {
      return Span.ALWAYS;
    }

    @Override
    public long currentUntilMillis(Instant instant) {
      return Long.MAX_VALUE;
    }
  }
}
