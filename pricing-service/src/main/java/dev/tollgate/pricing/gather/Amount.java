package dev.tollgate.pricing.gather;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.stream.LongStream;

/// What a quantity costs, exactly.
///
/// @param amount not negative, with at most 12 fraction digits
record Amount(BigDecimal amount, long unitQuantity) {
  private static final int FRACTION_MAX = 12;
  private static final BigDecimal AMOUNT_MAX = BigDecimal.valueOf(1_000_000);
  private static final long[] QUANTITIES = {1, 1_000, 1_000_000, 1_000_000_000, 1_000_000_000_000L};

  /// Of the usual quantity where that is exact, else of the smallest power of a thousand that is.
  ///
  /// @param perUnit what one unit costs
  static Optional<Amount> of(BigDecimal perUnit, long usualQuantity) {
    return LongStream.concat(LongStream.of(usualQuantity), LongStream.of(QUANTITIES))
        .mapToObj(
            quantity -> new Amount(plain(perUnit.multiply(BigDecimal.valueOf(quantity))), quantity))
        .filter(Amount::fits)
        .findFirst();
  }

  private boolean fits() {
    return amount.scale() <= FRACTION_MAX && amount.compareTo(AMOUNT_MAX) <= 0;
  }

  private static BigDecimal plain(BigDecimal value) {
    var shortest = value.stripTrailingZeros();
    return shortest.scale() < 0 ? shortest.setScale(0) : shortest;
  }

  /// Whether any number of units costs the same by both.
  boolean isSameAs(Amount other) {
    return amount
            .multiply(BigDecimal.valueOf(other.unitQuantity))
            .compareTo(other.amount.multiply(BigDecimal.valueOf(unitQuantity)))
        == 0;
  }

  boolean isZero() {
    return amount.signum() == 0;
  }

  @Override
  public String toString() {
    return amount.toPlainString() + "/" + unitQuantity;
  }
}
