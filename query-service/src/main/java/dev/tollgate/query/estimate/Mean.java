package dev.tollgate.query.estimate;

import dev.tollgate.proto.query.v1.Interval;
import java.util.Optional;

/// The mean of what was seen in a number of trials.
///
/// @param variance of a single trial, as the sample has it
public record Mean(long trials, double value, double variance) {
  private static final int TRIALS_MIN = 30;

  /// By how much a later mean differs, as a part of this one, and what that may truly be at 95 %:
  /// the logarithm of the ratio has about the normal distribution where trials are many. Empty
  /// where they are fewer than 30 on either side, or a mean is not above 0.
  public Optional<Interval> changeTo(Mean later) {
    if (trials < TRIALS_MIN || later.trials < TRIALS_MIN || value <= 0 || later.value <= 0) {
      return Optional.empty();
    }
    var logarithm = StrictMath.log(later.value / value);
    var error = Math.sqrt(relative() + later.relative());
    return Optional.of(
        Interval.newBuilder()
            .setValue(later.value / value - 1)
            .setLow(StrictMath.expm1(logarithm - Proportion.Z * error))
            .setHigh(StrictMath.expm1(logarithm + Proportion.Z * error))
            .build());
  }

  /// What the mean may truly be at 95 %, by the normal distribution; empty below two trials.
  public Optional<Interval> interval() {
    if (trials < 2) {
      return Optional.empty();
    }
    var half = Proportion.Z * Math.sqrt(variance / trials);
    return Optional.of(
        Interval.newBuilder().setValue(value).setLow(value - half).setHigh(value + half).build());
  }

  /* The square of the mean's standard error, as a part of the mean's square. */
  private double relative() {
    return variance / trials / (value * value);
  }
}
