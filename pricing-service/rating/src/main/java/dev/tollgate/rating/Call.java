package dev.tollgate.rating;

import java.time.Instant;
import java.util.Map;

/// A call to a model that is to be rated.
///
/// @param model the name under which it was called, or any alias
/// @param time when it ended
/// @param serviceTier empty or `standard`, else as the provider names it: `batch`
/// @param region where it ran; empty where it is not known
/// @param positions how much of each counter of a billing period was used before this call: of
///   volumes, allotments and commitments; what is not stated has no effect
public record Call(
    String provider,
    String model,
    Instant time,
    String serviceTier,
    String region,
    Usage usage,
    Map<String, Long> positions) {

  /// A call whose position in its billing period is not known.
  public Call(
      String provider, String model, Instant time, String serviceTier, String region, Usage usage) {
    this(provider, model, time, serviceTier, region, usage, Map.of());
  }
}
