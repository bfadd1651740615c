package dev.tollgate.query.estimate;

import dev.tollgate.proto.query.v1.Interval;

/// The share of trials that hit, and Wilson's score interval at 95 % for what it truly is.
///
/// @param trials above 0
public record Proportion(long hits, long trials) {
  /// The quantile of the normal distribution that leaves 2.5 % above it.
  static final double Z = 1.959963984540054;

  public double value() {
    return (double) hits / trials;
  }

  public double low() {
    return hits == 0 ? 0 : centre() - half();
  }

  public double high() {
    return hits == trials ? 1 : centre() + half();
  }

  public Interval interval() {
    return Interval.newBuilder().setValue(value()).setLow(low()).setHigh(high()).build();
  }

  private double centre() {
    return (value() + Z * Z / (2 * trials)) / (1 + Z * Z / trials);
  }

  private double half() {
    var spread = value() * (1 - value()) / trials + Z * Z / (4.0 * trials * trials);
    return Z * Math.sqrt(spread) / (1 + Z * Z / trials);
  }
}
