package dev.tollgate.query.calendar;

import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// The time before a range, with which it is compared: the range moved back, and the beginnings of
/// its time buckets with it, one for each.
public record Earlier(Instant start, Instant end, List<Instant> starts) {
  public Earlier {
    starts = List.copyOf(starts);
  }

  /// Moved back by as many months or days as the range touches, where its buckets are such or it
  /// begins and ends with such; else by its length.
  public static Earlier of(
      Optional<Step> step, ZoneId zone, Instant start, Instant end, TimeBuckets buckets) {
    var period = period(step, zone, start, end);
    UnaryOperator<Instant> byLength = instant -> instant.minus(Duration.between(start, end));
    var back = period.map(each -> back(each, zone)).orElse(byLength);
    var earlierEnd = back.apply(end);
    // The 29th to the 31st of March have no place in February, and within the hour that comes twice
    // a clock can't tell what is later.
    if (!earlierEnd.isAfter(back.apply(start)) || earlierEnd.isAfter(start)) {
      back = byLength;
    }
    return new Earlier(
        back.apply(start), back.apply(end), buckets.starts().stream().map(back).toList());
  }

  private static UnaryOperator<Instant> back(Period period, ZoneId zone) {
    return instant -> instant.atZone(zone).toLocalDateTime().minus(period).atZone(zone).toInstant();
  }

  private static Optional<Period> period(
      Optional<Step> step, ZoneId zone, Instant start, Instant end) {
    var first = start.atZone(zone);
    var last = end.minusNanos(1).atZone(zone).toLocalDate();
    var date = first.toLocalDate();
    var days = Period.ofDays((int) ChronoUnit.DAYS.between(date, last) + 1);
    var months =
        Period.ofMonths(
            (int) ChronoUnit.MONTHS.between(YearMonth.from(date), YearMonth.from(last)) + 1);
    if (step.isEmpty()) {
      if (!beginsDay(start, zone) || !beginsDay(end, zone)) {
        return Optional.empty();
      }
      var byMonths = date.getDayOfMonth() == 1 && last.plusDays(1).getDayOfMonth() == 1;
      return Optional.of(byMonths ? months : days);
    }
    return switch (step.get()) {
      case MINUTE, QUARTER_HOUR, HOUR -> Optional.empty();
      case DAY, WEEK -> Optional.of(days);
      case MONTH -> Optional.of(months);
    };
  }

  private static boolean beginsDay(Instant instant, ZoneId zone) {
    return instant.equals(instant.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant());
  }
}
