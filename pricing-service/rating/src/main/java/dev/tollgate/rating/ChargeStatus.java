package dev.tollgate.rating;

/// How well the cost of a call is known. Unknown is never zero: it has a status of its own.
public enum ChargeStatus {
  /// From list prices.
  PRICED,
  /// Known to be nothing: every list price that applies is 0, or nothing was used.
  PRICED_ZERO,
  /// The book does not know the model. The cost is not known.
  UNPRICED_MODEL,
  /// The book lists no price for a bucket that was used. The cost is not known.
  UNPRICED_BUCKET,
  /// The provider did not say what was used. The cost is not known.
  USAGE_MISSING,
  /// The provider's usage contradicts itself, so that it can't be divided into buckets. The cost is
  /// not known.
  USAGE_INVALID,
  /// From an estimate of the usage.
  ESTIMATED,
  /// What the provider itself says that it charges.
  PROVIDER_REPORTED;

  /// Whether the cost is not known, so that any sum with it is a lower bound.
  public boolean isUnknown() {
    return switch (this) {
      case UNPRICED_MODEL, UNPRICED_BUCKET, USAGE_MISSING, USAGE_INVALID -> true;
      case PRICED, PRICED_ZERO, ESTIMATED, PROVIDER_REPORTED -> false;
    };
  }
}
