package dev.tollgate.quota.hold;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Some of a tenant's open holds.
///
/// @param next where to go on; empty after the last
public record OpenHolds(List<OpenHold> holds, Optional<String> next) {
  /// One that is neither closed nor charged by expiry.
  public record OpenHold(
      ReservationId id, Instant checkTime, Instant expireTime, List<Seed> amounts) {}
}
