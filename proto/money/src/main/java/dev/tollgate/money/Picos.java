package dev.tollgate.money;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// An amount in 10^-12 of a currency unit: what the ledger counts in. Up to about 9.2 million
/// units.
public record Picos(long value) implements Comparable<Picos> {
  /// Digits after the decimal point.
  public static final int SCALE = 12;

  public static final Picos ZERO = new Picos(0);

  private static final long PER_NANO = 1_000;

  /// Reads an exact decimal amount of units.
  ///
  /// @throws ArithmeticException where it isn't a whole number of picos, or too large to hold
  public static Picos of(BigDecimal units) {
    return new Picos(units.movePointRight(SCALE).longValueExact());
  }

  /// The nearest number of picos, ties to even.
  ///
  /// @throws ArithmeticException where it is too large to hold
  public static Picos rounded(BigDecimal units) {
    return new Picos(
        units.movePointRight(SCALE).setScale(0, RoundingMode.HALF_EVEN).longValueExact());
  }

  public Picos plus(Picos other) {
    return new Picos(Math.addExact(value, other.value));
  }

  public Picos minus(Picos other) {
    return new Picos(Math.subtractExact(value, other.value));
  }

  public Picos times(long count) {
    return new Picos(Math.multiplyExact(value, count));
  }

  public Picos negated() {
    return new Picos(Math.negateExact(value));
  }

  /// The least number of nanos that is not below this amount.
  public Nanos toNanosUp() {
    return new Nanos(Math.ceilDiv(value, PER_NANO));
  }

  /// The amount in units, with all 12 digits after the point.
  public BigDecimal toUnits() {
    return BigDecimal.valueOf(value, SCALE);
  }

  @Override
  public int compareTo(Picos other) {
    return Long.compare(value, other.value);
  }

  /// The amount in units as plain text, with all 12 digits after the point.
  @Override
  public String toString() {
    return toUnits().toPlainString();
  }
}
