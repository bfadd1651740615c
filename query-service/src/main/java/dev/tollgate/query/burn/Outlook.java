package dev.tollgate.query.burn;

import dev.tollgate.query.calendar.Step;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What is still to be used if a rhythm goes on.
///
/// @param more from now to the end
/// @param buckets how many that are, the current one included
/// @param exhaustion when nothing is left; empty where something is at the end
record Outlook(BigDecimal more, int buckets, Optional<Instant> exhaustion) {
  private static final Duration YEARS_10 = Duration.ofDays(3_653);

  /// Up to the window's end; for 10 years where it has none.
  ///
  /// @param left what may still be used; not above 0 where nothing is left
  static Outlook of(BurnTime time, Step step, Rhythm rhythm, BigDecimal left) {
    var end = time.end().orElse(time.now().plus(YEARS_10));
    var exhaustion = left.signum() <= 0 ? Optional.of(time.now()) : Optional.<Instant>empty();
    var more = BigDecimal.ZERO;
    var buckets = 0;
    var at = time.now();
    while (at.isBefore(end)) {
      var bucket = step.startOf(at, time.zone());
      var next = step.next(bucket, time.zone());
      var rest = seconds(at, next);
      var used =
          rhythm
              .expected(time.place(bucket))
              .multiply(rest)
              .divide(seconds(bucket, next), MathContext.DECIMAL64);
      if (exhaustion.isEmpty() && more.add(used).compareTo(left) >= 0) {
        var part = left.subtract(more).multiply(rest).divide(used, MathContext.DECIMAL64);
        exhaustion = Optional.of(at.plusSeconds(part.longValue()));
        if (time.end().isEmpty()) {
          break;
        }
      }
      more = more.add(used);
      buckets++;
      at = next;
    }
    return new Outlook(more, buckets, exhaustion);
  }

  private static BigDecimal seconds(Instant from, Instant to) {
    return BigDecimal.valueOf(Duration.between(from, to).toMillis(), 3);
  }
}
