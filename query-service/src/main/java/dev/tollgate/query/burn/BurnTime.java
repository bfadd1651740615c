package dev.tollgate.query.burn;

import dev.tollgate.kernel.window.Window;
import dev.tollgate.query.calendar.Step;
import dev.tollgate.query.calendar.TimeBuckets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// The current window of a budget, and the time buckets in which its use is looked at: days, hours
/// where the window is a day, none where it is shorter.
///
/// @param start of the window; the epoch for a lifetime
/// @param end of the window; empty where it has none
/// @param historyStart from when on buckets are told apart; not after `start` but for a lifetime
record BurnTime(
    Window window,
    Instant now,
    Instant start,
    Optional<Instant> end,
    ZoneId zone,
    Optional<Step> step,
    Instant historyStart) {
  static final int DAYS_OF_WEEK = 7;
  private static final int HOURS_OF_DAY = 24;

  /* Two weeks to learn from, and 8 to try it in; what is tried must have an end in the past. */
  private static final int DAYS = 70;
  private static final int DAYS_MAX = 400;
  private static final int DAYS_OF_HOURS = 28;
  private static final Duration SLIDING_MIN = Duration.ofDays(2);
  private static final Duration SHORT = Duration.ofHours(1);

  static BurnTime of(Window window, Instant now) {
    var start = Instant.ofEpochMilli(window.sinceMillis(now));
    return switch (window) {
      case Window.Calendar calendar -> {
        var end = Instant.ofEpochMilli(calendar.at(now).endMillis());
        var step =
            switch (calendar.unit()) {
              case MINUTE, HOUR -> Optional.<Step>empty();
              case DAY -> Optional.of(Step.HOUR);
              case WEEK, MONTH, QUARTER, YEAR -> Optional.of(Step.DAY);
            };
        yield of(window, now, start, Optional.of(end), calendar.zone(), step);
      }
      case Window.Sliding(var length) ->
          of(
              window,
              now,
              start,
              Optional.empty(),
              ZoneOffset.UTC,
              length.compareTo(SLIDING_MIN) < 0 ? Optional.empty() : Optional.of(Step.DAY));
      case Window.Lifetime() ->
          of(window, now, start, Optional.empty(), ZoneOffset.UTC, Optional.of(Step.DAY));
    };
  }

  private static BurnTime of(
      Window window,
      Instant now,
      Instant start,
      Optional<Instant> end,
      ZoneId zone,
      Optional<Step> step) {
    var history =
        step.map(
                each -> {
                  var left = end.map(last -> ChronoUnit.DAYS.between(now, last) + 1).orElse(0L);
                  var days = each == Step.HOUR ? DAYS_OF_HOURS : Math.min(DAYS_MAX, DAYS + left);
                  var first = LocalDate.ofInstant(now, zone).minusDays(days);
                  var begins = first.atStartOfDay(zone).toInstant();
                  var isLifetime = window instanceof Window.Lifetime;
                  return isLifetime || begins.isBefore(start) ? begins : start;
                })
            .orElse(start);
    return new BurnTime(window, now, start, end, zone, step, history);
  }

  /// Those from the beginning of history to now; of a lifetime, one before them has all that was
  /// earlier.
  TimeBuckets buckets() {
    if (step.isEmpty()) {
      return TimeBuckets.NONE;
    }
    return TimeBuckets.of(step.get(), zone, historyStart, now.plusNanos(1)).orElseThrow();
  }

  /// How many buckets come before a place in the week is there again.
  int places() {
    return step.filter(each -> each == Step.HOUR).isPresent()
        ? DAYS_OF_WEEK * HOURS_OF_DAY
        : DAYS_OF_WEEK;
  }

  /// The place in the week of the bucket that begins then.
  int place(Instant bucket) {
    var local = bucket.atZone(zone);
    var day = local.getDayOfWeek().getValue() - 1;
    return places() == DAYS_OF_WEEK ? day : day * HOURS_OF_DAY + local.getHour();
  }

  /// How many buckets make a day.
  int bucketsOfDay() {
    return places() / DAYS_OF_WEEK;
  }

  /// The end of the window's 20th day, where it is a window of a month.
  Optional<Instant> endOfDay20() {
    return window instanceof Window.Calendar calendar && calendar.unit() == Window.Unit.MONTH
        ? Optional.of(LocalDate.ofInstant(start, zone).plusDays(20).atStartOfDay(zone).toInstant())
        : Optional.empty();
  }

  /// Whether the window is so short that it is over before anybody could do something about it.
  boolean isShort() {
    return switch (window) {
      case Window.Calendar calendar -> calendar.unit() == Window.Unit.MINUTE;
      case Window.Sliding(var length) -> length.compareTo(SHORT) < 0;
      case Window.Lifetime() -> false;
    };
  }

  boolean isLifetime() {
    return window instanceof Window.Lifetime;
  }
}
