package dev.tollgate.quota.hold;

/// What a counter counts in. Its code is part of the counter's key.
public enum CounterUnit {
  COST_NANOS("n"),
  COST_MICROS("m"),
  TOKENS("t"),
  INPUT_TOKENS("i"),
  OUTPUT_TOKENS("o"),
  REQUESTS("r");

  /// The largest integer that the scripts can compute with: 2^53 - 1.
  public static final long EXACT_MAX = 9_007_199_254_740_991L;

  private static final long NANOS_PER_MICRO = 1_000;

  private final String code;

  CounterUnit(String code) {
    this.code = code;
  }

  public String code() {
    return code;
  }

  public static CounterUnit of(char code) {
    return switch (code) {
      case 'n' -> COST_NANOS;
      case 'm' -> COST_MICROS;
      case 't' -> TOKENS;
      case 'i' -> INPUT_TOKENS;
      case 'o' -> OUTPUT_TOKENS;
      case 'r' -> REQUESTS;
      default -> throw new IllegalArgumentException("unit: " + code);
    };
  }

  public boolean isCost() {
    return this == COST_NANOS || this == COST_MICROS;
  }

  /// What a call adds to a counter of this unit, rounded up, and at most [#EXACT_MAX]: more than
  /// any limit, so that no decision depends on what is cut off.
  public long of(Spend spend) {
    var amount =
        switch (this) {
          case COST_NANOS -> spend.costNanos();
          case COST_MICROS -> Math.ceilDiv(spend.costNanos(), NANOS_PER_MICRO);
          case TOKENS -> exact(spend.inputTokens()) + exact(spend.outputTokens());
          case INPUT_TOKENS -> spend.inputTokens();
          case OUTPUT_TOKENS -> spend.outputTokens();
          case REQUESTS -> 1L;
        };
    return exact(amount);
  }

  private static long exact(long amount) {
    return Math.min(amount, EXACT_MAX);
  }
}
