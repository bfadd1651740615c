package dev.tollgate.query.anomaly;

import dev.tollgate.query.statement.Sum;
import dev.tollgate.query.statement.Sums;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;

/// Tokens of requests; retries are no requests of their own.
record PerRequest(BigDecimal tokens, long requests) {
  static final List<Sum> TOKENS =
      List.of(
          Sum.INPUT_TOKENS,
          Sum.CACHE_READ_TOKENS,
          Sum.CACHE_WRITE_TOKENS,
          Sum.OUTPUT_TOKENS,
          Sum.REASONING_TOKENS);
  private static final int DIGITS = 6;

  static PerRequest of(Sums sums) {
    var tokens = TOKENS.stream().map(sums::get).reduce(BigInteger.ZERO, BigInteger::add);
    return new PerRequest(new BigDecimal(tokens), sums.count(Sum.EVENTS) - sums.count(Sum.RETRIES));
  }

  /// To 6 digits; 0 without requests.
  BigDecimal mean() {
    return requests <= 0
        ? BigDecimal.ZERO
        : tokens.divide(BigDecimal.valueOf(requests), DIGITS, RoundingMode.HALF_EVEN);
  }
}
