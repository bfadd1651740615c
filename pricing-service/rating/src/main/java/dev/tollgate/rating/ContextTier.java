package dev.tollgate.rating;

/// From which size of input on a price holds.
///
/// @param thresholdTokens total input, cached tokens included
/// @param inclusive whether an input of exactly the threshold belongs to the tier
public record ContextTier(long thresholdTokens, boolean inclusive, Mode mode) {
  /// Holds for every input.
  public static final ContextTier BASE = new ContextTier(0, true, Mode.CLIFF);

  /// What of a call gets the price of the tier that its input reaches.
  public enum Mode {
    /// All of it.
    CLIFF,
    /// The input tokens above the threshold. Cache reads are counted first, then cache writes, then
    /// fresh input, as they lie in the prompt.
    GRADUATED
  }

  /// The smallest total input that is in the tier.
  long firstTokens() {
    return inclusive ? thresholdTokens : thresholdTokens + 1;
  }
}
