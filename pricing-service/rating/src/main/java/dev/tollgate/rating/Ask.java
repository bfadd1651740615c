package dev.tollgate.rating;

import java.time.Instant;

/// A call that is about to be made, by the bounds that its caller gives.
///
/// @param region where it will run; empty where that is not known: then the dearest region counts
/// @param from the earliest instant at which it may be rated
/// @param to the latest, itself included
/// @param inputTokens the most input, cached parts included
/// @param outputTokens the most output, reasoning included
public record Ask(
    String provider,
    String model,
    String serviceTier,
    String region,
    Instant from,
    Instant to,
    long inputTokens,
    long outputTokens) {}
