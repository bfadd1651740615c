package dev.tollgate.client.meter;

import java.time.Duration;

/// How often a model is called for one request, and how long the pauses are. Each attempt is
/// checked and metered by itself.
///
/// @param attemptsMax at least 1
/// @param pauseMin before the second attempt; it doubles with each
/// @param pauseMax the longest one
public record Retries(int attemptsMax, Duration pauseMin, Duration pauseMax) {
  /// One attempt.
  public static final Retries NONE = new Retries(1, Duration.ZERO, Duration.ZERO);

  public Retries {
    if (attemptsMax < 1 || attemptsMax > 1_000) {
      throw new IllegalArgumentException("attemptsMax: " + attemptsMax + " (expected: 1 to 1000)");
    }
    if (pauseMin.isNegative() || pauseMax.compareTo(pauseMin) < 0) {
      throw new IllegalArgumentException(
          "pauseMin: %s, pauseMax: %s (expected: 0 <= pauseMin <= pauseMax)"
              .formatted(pauseMin, pauseMax));
    }
  }

  /// Up to so many attempts, 0.5 s to 8 s apart.
  public static Retries upTo(int attempts) {
    return new Retries(attempts, Duration.ofMillis(500), Duration.ofSeconds(8));
  }

  /// The pause after so many attempts.
  Duration after(int attempts) {
    var doubled = pauseMin.multipliedBy(1L << Math.min(attempts - 1, 20));
    return doubled.compareTo(pauseMax) < 0 ? doubled : pauseMax;
  }
}
