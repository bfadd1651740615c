package dev.tollgate.pricing.compare;

import dev.tollgate.rating.Bucket;
import dev.tollgate.rating.Price;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// An amount for a number of units, compared exactly.
///
/// @param amount not negative
/// @param units at least 1
record UnitValue(BigDecimal amount, BigDecimal units) {
  private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
  private static final MathContext SHOWN = new MathContext(12, RoundingMode.HALF_EVEN);

  /// The least and the most that a unit costs, wherever in its billing period it is used.
  record Range(UnitValue least, UnitValue most) {
    boolean leapsTo(Range other) {
      return least.leapsTo(other.least) || most.leapsTo(other.most);
    }
  }

  static UnitValue ofFactor(BigDecimal factor) {
    return new UnitValue(factor, BigDecimal.ONE);
  }

  /// Of a price under a factor: per million where it is of tokens, else per unit.
  static Range of(Price price, BigDecimal factor) {
    var least = price.amount();
    var most = price.amount();
    for (var step : price.volume().steps()) {
      least = least.min(step.amount());
      most = most.max(step.amount());
    }
    var quantity = isOfTokens(price.bucket()) ? MILLION : BigDecimal.ONE;
    var units = BigDecimal.valueOf(price.unitQuantity());
    return new Range(
        new UnitValue(least.multiply(quantity).multiply(factor), units),
        new UnitValue(most.multiply(quantity).multiply(factor), units));
  }

  static boolean isOfTokens(Bucket bucket) {
    return bucket.kind() != Bucket.Kind.OTHER || bucket == Bucket.CITATION;
  }

  /// Whether the other is ten times this or more, a tenth or less, or just one of them is nothing.
  boolean leapsTo(UnitValue other) {
    if (amount.signum() == 0 || other.amount.signum() == 0) {
      return amount.signum() != other.amount.signum();
    }
    return isTenTimes(other, this) || isTenTimes(this, other);
  }

  private static boolean isTenTimes(UnitValue large, UnitValue small) {
    var left = large.amount.multiply(small.units);
    return left.compareTo(small.amount.multiply(large.units).movePointRight(1)) >= 0;
  }

  boolean isAbove(BigDecimal limit) {
    return amount.compareTo(limit.multiply(units)) > 0;
  }

  /// A plain decimal of up to 12 significant digits.
  String text() {
    var value = amount.divide(units, SHOWN).stripTrailingZeros();
    return value.toPlainString();
  }
}
