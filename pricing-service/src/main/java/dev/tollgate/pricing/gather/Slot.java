package dev.tollgate.pricing.gather;

import dev.tollgate.rating.Bucket;
import java.time.Instant;

/// For which use of a model a price holds.
///
/// @param aboveTokens 0 for every size of input
/// @param inclusive whether an input of exactly that size belongs to it
record Slot(
    Bucket bucket,
    String serviceTier,
    String region,
    long aboveTokens,
    boolean inclusive,
    When when) {
  /// From and to which instant, in which hours.
  record When(Instant from, Instant to, String hours) {
    static final When ALWAYS = new When(Instant.MIN, Instant.MAX, "");
  }

  static Slot always(Bucket bucket, String serviceTier, String region) {
    return new Slot(bucket, serviceTier, region, 0, false, When.ALWAYS);
  }

  Slot above(long tokens, boolean whetherInclusive) {
    return new Slot(bucket, serviceTier, region, tokens, whetherInclusive, when);
  }

  /// The uses of which either all have a known price or none: a tier without the one below it, or
  /// the other way round, would charge the wrong one.
  String group() {
    return bucket + "|" + serviceTier + "|" + region;
  }

  /// What tells it from others of its model, as it stands in ids of prices.
  String text() {
    var text = new StringBuilder(bucket.bucketName());
    if (!serviceTier.isEmpty()) {
      text.append('/').append(serviceTier);
    }
    if (!region.isEmpty()) {
      text.append("/@").append(region);
    }
    if (aboveTokens > 0) {
      text.append("/above-").append(aboveTokens);
    }
    if (!when.from().equals(Instant.MIN)) {
      text.append("/from-").append(when.from().toString(), 0, 10);
    }
    if (!when.hours().isEmpty()) {
      text.append("/hours-").append(when.hours());
    }
    return text.toString();
  }
}
