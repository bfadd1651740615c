package dev.tollgate.query.anomaly;

import java.math.BigDecimal;

/// What counts as unusual. Every figure is exact; a limit is passed by what is above it.
final class Rules {
  /// In units of a currency: what changes by less is no anomaly.
  static final BigDecimal COST_FLOOR = BigDecimal.ONE;

  static final int ATTEMPTS_MIN = 50;
  static final BigDecimal RETRY_RATE_MAX = new BigDecimal("0.05");

  private static final BigDecimal RETRY_RATE_CLEAR = new BigDecimal("0.04");
  private static final BigDecimal COST_MAX = new BigDecimal("1.30");
  private static final BigDecimal COST_CLEAR = new BigDecimal("1.15");
  private static final BigDecimal COST_MAX_EARLY = new BigDecimal("1.60");
  private static final BigDecimal TOKENS_MAX = new BigDecimal("1.25");
  private static final BigDecimal TOKENS_CLEAR = new BigDecimal("1.125");

  private Rules() {}

  /// An hour's cost against the usual one, in the same unit as the floor. A running hour counts
  /// only if it is far over: what comes later in it only adds to that.
  static Verdict cost(BigDecimal current, BigDecimal usual, BigDecimal floor, boolean complete) {
    if (current.subtract(usual).compareTo(floor) < 0) {
      return complete ? Verdict.CLEAR : Verdict.PENDING;
    }
    return complete
        ? judged(current, usual.multiply(COST_MAX), usual.multiply(COST_CLEAR))
        : early(current.compareTo(usual.multiply(COST_MAX_EARLY)) > 0);
  }

  /// Retries among the attempts of an hour.
  static Verdict retries(long retries, long attempts, long attemptsMin, boolean complete) {
    if (!complete) {
      return Verdict.PENDING;
    }
    if (attempts < attemptsMin) {
      return Verdict.INSUFFICIENT_SAMPLE;
    }
    var all = BigDecimal.valueOf(attempts);
    return judged(
        BigDecimal.valueOf(retries), all.multiply(RETRY_RATE_MAX), all.multiply(RETRY_RATE_CLEAR));
  }

  /// Tokens per request of an hour against the usual ones.
  static Verdict tokens(PerRequest current, PerRequest usual, boolean complete) {
    if (!complete) {
      return Verdict.PENDING;
    }
    if (Math.min(current.requests(), usual.requests()) < ATTEMPTS_MIN) {
      return Verdict.INSUFFICIENT_SAMPLE;
    }
    // a / b > limit * c / d, without dividing.
    var scaled = current.tokens().multiply(BigDecimal.valueOf(usual.requests()));
    var base = usual.tokens().multiply(BigDecimal.valueOf(current.requests()));
    return judged(scaled, base.multiply(TOKENS_MAX), base.multiply(TOKENS_CLEAR));
  }

  /// What somebody spent who was not there before.
  static Verdict newSpend(boolean isNew, BigDecimal spent, BigDecimal floor) {
    if (!isNew) {
      return Verdict.CLEAR;
    }
    return spent.compareTo(floor) >= 0 ? Verdict.FIRING : Verdict.HOLDING;
  }

  private static Verdict judged(BigDecimal current, BigDecimal max, BigDecimal clear) {
    if (current.compareTo(max) > 0) {
      return Verdict.FIRING;
    }
    return current.compareTo(clear) > 0 ? Verdict.HOLDING : Verdict.CLEAR;
  }

  private static Verdict early(boolean isFarOver) {
    return isFarOver ? Verdict.FIRING : Verdict.PENDING;
  }
}
