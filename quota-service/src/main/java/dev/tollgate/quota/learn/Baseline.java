package dev.tollgate.quota.learn;

import dev.tollgate.kernel.window.Window;
import dev.tollgate.quota.budget.Budget;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Map;

/// What each hour of the week usually costs a budget: the mean of the four full weeks before some
/// week. Immutable.
final class Baseline {
  /*
   * Nothing is known of the time before the first call: a budget of last week would else seem to
   * have spent nothing in three weeks of four. An hour of the week that is known less than twice
   * is one sample, and the limit of a whole week would hang on it; there the same hour of all days
   * counts, and where that too is known less than twice, nothing is said.
   */
  static final int WEEKS = 4;

  private static final int HOURS_OF_DAY = 24;
  private static final int HOURS = 7 * HOURS_OF_DAY;
  private static final int QUARTERS_OF_HOUR = 4;
  private static final int QUARTERS_MIN = 2 * QUARTERS_OF_HOUR;

  private final ZoneId zone;
  private final Instant until;
  private final Instant end;
  private final long[] nanos;

  private Baseline(ZoneId zone, Instant until, Instant end, long[] nanos) {
    this.zone = zone;
    this.until = until;
    this.end = end;
    this.nanos = nanos;
  }

  /// What is known of a budget in the week of the instant. Blocks.
  static Baseline learn(
      Costs costs, String tenant, Budget budget, List<Budget> carved, Instant at) {
    var zone = zone(budget);
    var week =
        at.atZone(zone).toLocalDate().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
    var since = week.minusWeeks(WEEKS).atStartOfDay(zone).toInstant();
    var until = week.atStartOfDay(zone).toInstant();
    var quarters = costs.byQuarter(tenant, budget, carved, since, until);
    return new Baseline(
        zone,
        until,
        week.plusWeeks(1).atStartOfDay(zone).toInstant(),
        usual(zone, quarter(until), quarters));
  }

  private static ZoneId zone(Budget budget) {
    return switch (budget.window()) {
      case Window.Calendar calendar -> calendar.zone();
      case Window.Sliding(var length) -> ZoneOffset.UTC;
      case Window.Lifetime() -> ZoneOffset.UTC;
    };
  }

  private static long quarter(Instant instant) {
    return Math.floorDiv(instant.getEpochSecond(), Costs.QUARTER.toSeconds());
  }

  private static long[] usual(ZoneId zone, long until, Map<Long, Long> quarters) {
    var ofWeek = new Mean[HOURS];
    var ofDay = new Mean[HOURS_OF_DAY];
    for (int hour = 0; hour < HOURS; hour++) {
      ofWeek[hour] = new Mean();
    }
    for (int hour = 0; hour < HOURS_OF_DAY; hour++) {
      ofDay[hour] = new Mean();
    }
    var first = quarters.keySet().stream().min(Long::compare).orElse(until);
    for (long quarter = first; quarter < until; quarter++) {
      var hour = hour(zone, Instant.ofEpochSecond(quarter * Costs.QUARTER.toSeconds()));
      var spent = quarters.getOrDefault(quarter, 0L);
      ofWeek[hour].add(spent);
      ofDay[hour % HOURS_OF_DAY].add(spent);
    }
    var usual = new long[HOURS];
    for (int hour = 0; hour < HOURS; hour++) {
      usual[hour] =
          (ofWeek[hour].quarters >= QUARTERS_MIN ? ofWeek[hour] : ofDay[hour % HOURS_OF_DAY])
              .ofHour();
    }
    return usual;
  }

  /* From Monday's first on, by the local clock. */
  private static int hour(ZoneId zone, Instant instant) {
    var local = instant.atZone(zone);
    return (local.getDayOfWeek().getValue() - 1) * HOURS_OF_DAY + local.getHour();
  }

  /// The usual cost of the hour that the instant is in; 0 where nothing is known.
  long nanos(Instant at) {
    return nanos[hour(zone, at)];
  }

  /// Whether it is that of the instant's week.
  boolean isOf(Instant at) {
    return !at.isBefore(until) && at.isBefore(end);
  }

  /// The mean of an hour, quarter by quarter: so hours that the clock skips or repeats are what
  /// they are.
  private static final class Mean {
    private long sum;
    private int quarters;

    void add(long nanos) {
      sum += nanos;
      quarters++;
    }

    /* Divided first: the sum may be too large to be multiplied. */
    long ofHour() {
      return quarters < QUARTERS_MIN
          ? 0
          : sum / quarters * QUARTERS_OF_HOUR + sum % quarters * QUARTERS_OF_HOUR / quarters;
    }
  }
}
