package dev.tollgate.quota.hold;

import java.time.Instant;

/// That the ledger has settled a reservation, and what it charged is in the seeds: whoever settles
/// or gives back that reservation later changes nothing.
///
/// @param keptUntil when it may be forgotten
public record SettledMark(
    ReservationId id, Instant checkTime, Instant expireTime, long costNanos, Instant keptUntil) {}
