package dev.tollgate.quota.hold;

import java.time.Instant;
import java.util.List;

/// A hold that expired unsettled and is charged for it. A settlement, or a release, that comes
/// later replaces what it charges.
///
/// @param charged what each counter keeps of it, where that is not 0
public record Lapse(
    ReservationId id, Instant checkTime, Instant expireTime, Terms terms, List<Seed> charged) {}
