package dev.tollgate.query.ledger;

import dev.tollgate.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// The hours of which nothing is still to come, each of which is looked at once. Blocks; safe for
/// concurrent use.
public final class CompleteHours {
  /// Hours that passed while nobody looked are looked at so far back.
  public static final Duration CATCH_UP = Duration.ofDays(2);

  private static final Duration HOUR = Duration.ofHours(1);

  /// What was used in an hour may come for so long after it, by those who report at once.
  private static final Duration SETTLING = Duration.ofMinutes(1);

  /// Without events the watermark stands still: then an hour is complete after so long.
  private static final Duration SILENCE = Duration.ofMinutes(10);

  private final Watermarks watermarks;

  public CompleteHours(Ledger ledger, TimeSource time) {
    this.watermarks = new Watermarks(ledger, time);
  }

  /// The hour to look at next, complete or not.
  ///
  /// @param mark the last one that was looked at
  public static Instant next(Optional<Instant> mark, Instant now) {
    var running = now.truncatedTo(ChronoUnit.HOURS);
    var earliest = running.minus(CATCH_UP);
    var next = mark.map(hour -> hour.plus(HOUR)).orElse(running.minus(HOUR));
    return next.isBefore(earliest) ? earliest : next;
  }

  public boolean isComplete(String tenant, Instant hour, Instant now) {
    var end = hour.plus(HOUR);
    return !now.isBefore(end.plus(SILENCE))
        || (!now.isBefore(end)
            && watermarks
                .of(tenant)
                .filter(mark -> !mark.isBefore(end.plus(SETTLING)))
                .isPresent());
  }
}
