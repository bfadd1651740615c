package dev.tollgate.pricing.gather;

import dev.tollgate.rating.Bucket;
import java.util.Set;

/// What a price field of a collection means.
///
/// @param quantity how much of the bucket books usually state the price of
/// @param per how much of it the field states the price of
/// @param modes the modes of models for which it means that; empty is every mode
record Field(Bucket bucket, long quantity, long per, Set<String> modes) {
  boolean isFor(String mode) {
    return modes.isEmpty() || modes.contains(mode);
  }
}
