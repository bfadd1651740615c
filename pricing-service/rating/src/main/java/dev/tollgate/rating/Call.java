package dev.tollgate.rating;

import java.time.Instant;

/// A call to a model that is to be rated.
///
/// @param model the name under which it was called, or any alias
/// @param time when it ended
/// @param serviceTier empty or `standard`, else as the provider names it: `batch`
/// @param region where it ran; empty where it is not known
public record Call(
    String provider, String model, Instant time, String serviceTier, String region, Usage usage) {}
