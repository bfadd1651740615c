package dev.tollgate.quota.hold;

/// What one call consumes of any budget: money rounded up to nanos, and tokens. Nothing is
/// negative.
public record Spend(long costNanos, long inputTokens, long outputTokens) {
  public static final Spend NOTHING = new Spend(0, 0, 0);

  /// Input and output together.
  public long tokens() {
    return Math.addExact(inputTokens, outputTokens);
  }
}
