package dev.tollgate.ingest.accept;

import dev.tollgate.kernel.reservation.ReservationTime;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.time.Duration;
import java.time.Instant;

/// Which instant's budgets count an event.
final class CheckedAt {
  /* What a reservation's id says of its check is believed as far as it can be true, whoever wrote
  it: clocks differ by an hour at most, and a hold is open for no more than a day. */
  private static final long CLOCKS_DIFFER_MAX = Duration.ofHours(1).toMillis();
  private static final long HOLD_MAX = Duration.ofDays(1).toMillis();

  private CheckedAt() {}

  /// When its call was checked, where its reservation says so; else when the call ended, or the
  /// event was received if that is earlier: then somebody's clock is ahead.
  static long millis(UsageEvent event, long receivedMillis) {
    var time = event.getEventTime();
    var ended = time.getSeconds() * 1_000 + time.getNanos() / 1_000_000;
    var earliest = ended - HOLD_MAX - CLOCKS_DIFFER_MAX;
    var latest = Math.min(ended + HOLD_MAX, receivedMillis + CLOCKS_DIFFER_MAX);
    return ReservationTime.of(event.getReservationId())
        .map(Instant::toEpochMilli)
        .filter(checked -> checked >= earliest && checked <= latest)
        .orElse(Math.min(ended, receivedMillis));
  }
}
