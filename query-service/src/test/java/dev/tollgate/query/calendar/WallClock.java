package dev.tollgate.query.calendar;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/// Time buckets found by looking at a wall clock once a minute: slow, and hard to get wrong.
@NullMarked
public final class WallClock {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private WallClock() {}

  /// When, after `start` and before `end`, a bucket begins. Both in whole minutes.
  static List<Instant> changes(Step step, ZoneId zone, Instant start, Instant end) {
    var changes = new ArrayList<Instant>();
    for (var at = start.plus(MINUTE); at.isBefore(end); at = at.plus(MINUTE)) {
      if (!shown(step, zone, at).equals(shown(step, zone, at.minus(MINUTE)))) {
        changes.add(at);
      }
    }
    return changes;
  }

  /// When the bucket of an instant began.
  public static Instant begin(Step step, ZoneId zone, Instant instant) {
    var at = Instant.ofEpochSecond(Math.floorDiv(instant.getEpochSecond(), 60) * 60);
    while (shown(step, zone, at.minus(MINUTE)).equals(shown(step, zone, at))) {
      at = at.minus(MINUTE);
    }
    return at;
  }

  /// What distinguishes a bucket from its neighbours on the wall.
  private static Object shown(Step step, ZoneId zone, Instant instant) {
    var local = instant.atZone(zone);
    return switch (step) {
      case MINUTE -> List.of(local.toLocalDateTime(), local.getOffset());
      case QUARTER_HOUR -> {
        var utc = instant.atOffset(ZoneOffset.UTC);
        yield List.of(utc.toLocalDate(), utc.getHour(), utc.getMinute() / 15);
      }
      case HOUR -> List.of(local.toLocalDate(), local.getHour(), local.getOffset());
      case DAY -> local.toLocalDate();
      case WEEK -> local.toLocalDate().minusDays(local.getDayOfWeek().getValue() - 1L);
      case MONTH -> YearMonth.from(local);
    };
  }
}
