package dev.tollgate.rating;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/// What a unit costs, exactly: a whole number of picos, or a fraction.
final class Rate {
  private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

  /// Used only where `whole`.
  private final long unitPicos;

  private final boolean whole;
  private final BigInteger numerator;
  private final BigInteger denominator;

  private Rate(BigInteger numerator, BigInteger denominator) {
    var divisor = numerator.gcd(denominator);
    this.numerator = divisor.signum() == 0 ? numerator : numerator.divide(divisor);
    this.denominator = divisor.signum() == 0 ? denominator : denominator.divide(divisor);
    this.whole = this.denominator.equals(BigInteger.ONE) && this.numerator.compareTo(LONG_MAX) <= 0;
    this.unitPicos = whole ? this.numerator.longValueExact() : 0;
  }

  /// @param amount what so many units cost, in currency units, not negative
  static Rate of(BigDecimal amount, long unitQuantity) {
    var picos = amount.movePointRight(12).stripTrailingZeros();
    var scale = Math.max(0, picos.scale());
    return new Rate(
        picos.movePointRight(scale).toBigIntegerExact(),
        BigInteger.valueOf(unitQuantity).multiply(BigInteger.TEN.pow(scale)));
  }

  boolean isFree() {
    return numerator.signum() == 0;
  }

  /// What the quantity costs in picos: the nearest whole number, ties to even.
  ///
  /// @throws ArithmeticException where it is too large to hold
  long picos(long quantity) {
    return whole
        ? Math.multiplyExact(quantity, unitPicos)
        : new BigDecimal(product(quantity))
            .divide(new BigDecimal(denominator), 0, RoundingMode.HALF_EVEN)
            .longValueExact();
  }

  /// Whether `picos` of this quantity leaves a fraction behind.
  boolean rounds(long quantity) {
    return !whole && product(quantity).mod(denominator).signum() != 0;
  }

  /// The least whole number of picos that no unit costs more than, rounding of lines included.
  ///
  /// @throws ArithmeticException where it is too large to hold
  long unitPicosUp() {
    return whole ? unitPicos : numerator.divide(denominator).longValueExact() + 1;
  }

  private BigInteger product(long quantity) {
    return numerator.multiply(BigInteger.valueOf(quantity));
  }

  @Override
  public String toString() {
    return numerator + "/" + denominator;
  }
}
