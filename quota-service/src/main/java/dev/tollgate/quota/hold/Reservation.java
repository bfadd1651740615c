package dev.tollgate.quota.hold;

import java.time.Instant;
import java.util.List;

/// A hold as its token tells it: enough to find what it was counted on, whatever budgets say today.
///
/// @param epoch which life of the store it was made in
public record Reservation(
    String tenant,
    ReservationId id,
    String epoch,
    Instant checkTime,
    Instant expireTime,
    Subject subject,
    Terms terms,
    List<Counter> counters) {
  public Reservation {
    counters = List.copyOf(counters);
  }
}
