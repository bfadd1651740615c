package dev.tollgate.pricing.gather;

import dev.tollgate.rating.Bucket;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.SequencedMap;

/// One use of a model for which books have different prices.
///
/// @param model as the first of the books that knows it names it
/// @param aboveTokens from which size of input on; 0 for all
/// @param hours at which hours; empty for all
/// @param amounts by the book's reference: what a million units cost, of those that say so
public record Disagreement(
    String provider,
    String model,
    Bucket bucket,
    String serviceTier,
    String region,
    long aboveTokens,
    String hours,
    SequencedMap<String, BigDecimal> amounts) {
  /// Whether the highest is at least so many times the lowest; true where only the lowest is 0.
  public boolean differsBy(int times) {
    return highest().compareTo(lowest().multiply(BigDecimal.valueOf(times))) >= 0;
  }

  /// How many times the lowest the highest is, to three digits; 0 where the lowest is 0.
  public BigDecimal ratio() {
    return lowest().signum() == 0
        ? BigDecimal.ZERO
        : highest().divide(lowest(), new MathContext(3));
  }

  private BigDecimal highest() {
    return amounts.values().stream().reduce(BigDecimal.ZERO, BigDecimal::max);
  }

  private BigDecimal lowest() {
    return amounts.values().stream().reduce(BigDecimal::min).orElse(BigDecimal.ZERO);
  }
}
