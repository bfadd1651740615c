package dev.tollgate.rating;

/// From which size of input on a price holds. All tokens of the call get it, not only those above.
///
/// @param thresholdTokens total input, cached tokens included
/// @param inclusive whether an input of exactly the threshold belongs to the tier
public record ContextTier(long thresholdTokens, boolean inclusive) {
  /// Holds for every input.
  public static final ContextTier BASE = new ContextTier(0, true);

  /// The smallest total input that is in the tier.
  long firstTokens() {
    return inclusive ? thresholdTokens : thresholdTokens + 1;
  }
}
