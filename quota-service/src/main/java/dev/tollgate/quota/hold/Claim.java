package dev.tollgate.quota.hold;

/// A wish to add an amount to a counter that may not pass its limit. An amount of 0 always fits.
public record Claim(Counter counter, long limit, long amount) {
  /// Whether it fits on top of what the counter holds.
  public boolean fits(long encumbered) {
    return amount == 0 || encumbered + amount <= limit;
  }
}
