package dev.tollgate.quota.budget;

import dev.tollgate.quota.answer.Amounts;
import dev.tollgate.quota.hold.CounterUnit;

/// The most that may be spent in one unit.
///
/// @param currency empty unless the unit is money
/// @param amount in nanos of the currency (whatever the counter counts in), tokens or calls; of a
///   spend rate, what may be spent in any case
/// @param ratePercent of what is usual; 0 unless it is a spend rate
public record Limit(CounterUnit unit, String currency, long amount, int ratePercent) {
  /// Above this, nanos would not be exact in the scripts, and micros are counted.
  static final long NANOS_COUNTED_MAX = 4_500_000_000_000_000L;

  private static final long NANOS_PER_MICRO = 1_000;
  private static final int WHOLE = 100;

  public static Limit cost(String currency, long nanos) {
    return cost(currency, nanos, WHOLE);
  }

  /// A limit on money.
  ///
  /// @param percent of it that calls may use at most
  public static Limit cost(String currency, long nanos, int percent) {
    var nanosMax = NANOS_COUNTED_MAX * WHOLE / Math.max(WHOLE, percent);
    var unit = nanos > nanosMax ? CounterUnit.COST_MICROS : CounterUnit.COST_NANOS;
    return new Limit(unit, currency, nanos, 0);
  }

  public static Limit spendRate(String currency, long floorNanos, int percent) {
    return new Limit(CounterUnit.COST_NANOS, currency, floorNanos, percent);
  }

  public static Limit tokens(long tokens) {
    return new Limit(CounterUnit.TOKENS, "", tokens, 0);
  }

  public static Limit inputTokens(long tokens) {
    return new Limit(CounterUnit.INPUT_TOKENS, "", tokens, 0);
  }

  public static Limit outputTokens(long tokens) {
    return new Limit(CounterUnit.OUTPUT_TOKENS, "", tokens, 0);
  }

  public static Limit requests(long requests) {
    return new Limit(CounterUnit.REQUESTS, "", requests, 0);
  }

  public boolean isSpendRate() {
    return ratePercent > 0;
  }

  /// Whether it is one of that unit, whatever money is counted in.
  public boolean isOf(CounterUnit other) {
    return unit == other || (unit.isCost() && other.isCost());
  }

  /// Whether amounts of the other are amounts of this one.
  boolean isLike(Limit other) {
    return isOf(other.unit) && currency.equals(other.currency);
  }

  /// Whether both count in the same way, whatever they admit.
  boolean countsAs(Limit other) {
    return unit == other.unit && currency.equals(other.currency);
  }

  /// The stated limit in what the counter counts in, rounded down.
  public long counted() {
    return counted(amount);
  }

  /// Nanos, tokens or calls in what the counter counts in, rounded down.
  public long counted(long amount) {
    return unit == CounterUnit.COST_MICROS ? Math.floorDiv(amount, NANOS_PER_MICRO) : amount;
  }

  /// The largest amount of which so many percent can still be counted.
  long amountMax(int percent) {
    return amountOf(CounterUnit.EXACT_MAX * WHOLE / Math.max(WHOLE, percent));
  }

  /// An amount of the limit as people read it.
  String printAmount(long amount) {
    return unit.isCost() ? Amounts.decimal(amount, 9) + " " + currency : Long.toString(amount);
  }

  /// A counter's number in nanos, tokens or calls.
  public long amountOf(long counted) {
    return unit == CounterUnit.COST_MICROS ? Math.multiplyExact(counted, NANOS_PER_MICRO) : counted;
  }

  /// A counter's number as people read it: units of the currency with 12 digits, or a count.
  public String print(long counted) {
    return switch (unit) {
      case COST_NANOS -> Amounts.decimal(counted, 9);
      case COST_MICROS -> Amounts.decimal(counted, 6);
      case TOKENS, INPUT_TOKENS, OUTPUT_TOKENS, REQUESTS -> Long.toString(counted);
    };
  }
}
