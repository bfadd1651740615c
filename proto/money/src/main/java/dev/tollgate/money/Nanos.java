package dev.tollgate.money;

import java.math.BigDecimal;

/// An amount in 10^-9 of a currency unit: what budgets count in. Up to about 9.2 billion units.
public record Nanos(long value) implements Comparable<Nanos> {
  /// Digits after the decimal point.
  public static final int SCALE = 9;

  public static final Nanos ZERO = new Nanos(0);

  /// Reads an exact decimal amount of units.
  ///
  /// @throws ArithmeticException where it isn't a whole number of nanos, or too large to hold
  public static Nanos of(BigDecimal units) {
    return new Nanos(units.movePointRight(SCALE).longValueExact());
  }

  public Nanos plus(Nanos other) {
    return new Nanos(Math.addExact(value, other.value));
  }

  public Nanos minus(Nanos other) {
    return new Nanos(Math.subtractExact(value, other.value));
  }

  /// The amount in units, with all 9 digits after the point.
  public BigDecimal toUnits() {
    return BigDecimal.valueOf(value, SCALE);
  }

  @Override
  public int compareTo(Nanos other) {
    return Long.compare(value, other.value);
  }

  /// The amount in units as plain text, with all 9 digits after the point.
  @Override
  public String toString() {
    return toUnits().toPlainString();
  }
}
