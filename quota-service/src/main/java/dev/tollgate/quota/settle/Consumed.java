package dev.tollgate.quota.settle;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.proto.common.v1.Usage;
import dev.tollgate.rating.extract.Extraction;
import dev.tollgate.rating.extract.Profiles;
import dev.tollgate.rating.extract.Stated;

/// What a settled call consumed, in buckets or by its provider's usage body.
final class Consumed {
  private Consumed() {}

  /// What can be priced. What can't be is no reason to take the cost for zero: the hold stays.
  ///
  /// @throws Failure FIELD_INVALID where it is malformed, unusable or missing
  static Extraction read(String provider, Usage sent) {
    var consumed = stated(sent).read(provider, Profiles.shipped());
    if (consumed.isUnusable()) {
      throw Failure.invalid(
          consumed.flaws().stream()
              .map(flaw -> new Violation("usage.body.json", flaw.toString()))
              .toList());
    }
    if (consumed.usage().isMissing()) {
      throw Failure.invalid(
          "usage.body.json", "states no usage (expected: what the call consumed)");
    }
    return consumed;
  }

  private static Stated stated(Usage sent) {
    if (!sent.hasBody()) {
      return new Stated.Buckets(sent.getBucketsMap());
    }
    if (sent.getBucketsCount() > 0) {
      throw Stated.ambiguous();
    }
    var body = sent.getBody();
    return new Stated.Body(body.getJson(), body.getProvider(), body.getApiFlavor());
  }
}
