package dev.tollgate.quota.recover;

import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.hold.Spend;

/// What calls added together to counters of every unit: each call rounded up by itself, and no sum
/// above [CounterUnit#EXACT_MAX].
///
/// @param nanos of one currency
/// @param micros the same, as counters of micros have it: more than the nanos divided
record Spent(long nanos, long micros, long inputTokens, long outputTokens, long calls) {
  static final Spent NOTHING = new Spent(0, 0, 0, 0, 0);

  /// One call.
  static Spent of(Spend spend) {
    return new Spent(
        CounterUnit.COST_NANOS.of(spend),
        CounterUnit.COST_MICROS.of(spend),
        CounterUnit.INPUT_TOKENS.of(spend),
        CounterUnit.OUTPUT_TOKENS.of(spend),
        1);
  }

  long of(CounterUnit unit) {
    return switch (unit) {
      case COST_NANOS -> nanos;
      case COST_MICROS -> micros;
      case TOKENS -> sum(inputTokens, outputTokens);
      case INPUT_TOKENS -> inputTokens;
      case OUTPUT_TOKENS -> outputTokens;
      case REQUESTS -> calls;
    };
  }

  /// Of two amounts that a counter can hold, what it holds of both.
  static long sum(long one, long other) {
    return Math.min(one + other, CounterUnit.EXACT_MAX);
  }
}
