package dev.tollgate.query.reconcile;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/// Why a cost of theirs differs from ours, in picos: `coverage` is of usage that only one side has,
/// `rate` of the same usage at another price. Together they are the difference.
record Gaps(BigInteger coverage, BigInteger rate) {
  /// Usage is held against usage at their cost per token. Where a side has no tokens there is no
  /// usage that both have.
  static Gaps of(BigInteger theirCost, long theirTokens, BigInteger ourCost, long ourTokens) {
    var difference = theirCost.subtract(ourCost);
    if (theirTokens <= 0 || ourTokens <= 0) {
      return new Gaps(difference, BigInteger.ZERO);
    }
    var rate = part(theirCost, ourTokens, theirTokens).subtract(ourCost);
    return new Gaps(difference.subtract(rate), rate);
  }

  /// That part of an amount, rounded half even to a pico.
  ///
  /// @param whole above 0
  static BigInteger part(BigInteger amount, long part, long whole) {
    return new BigDecimal(amount)
        .multiply(BigDecimal.valueOf(part))
        .divide(BigDecimal.valueOf(whole), 0, RoundingMode.HALF_EVEN)
        .toBigIntegerExact();
  }
}
