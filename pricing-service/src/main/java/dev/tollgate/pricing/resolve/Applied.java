package dev.tollgate.pricing.resolve;

import dev.tollgate.failure.Failure;
import dev.tollgate.pricing.resolve.Resolution.Circumstances;
import dev.tollgate.rating.Bucket;
import dev.tollgate.rating.Call;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Usage;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/// Finds out what multiplies a price by having the engine rate a call that uses it.
record Applied(PriceStack stack, Circumstances at) {
  /// Empty where such a call can't be rated, too: where other input of that size has no price, or
  /// the cost is too large.
  List<String> multiplierIds(Bucket bucket) {
    return usage(bucket).map(usage -> multiplierIds(bucket, usage)).orElse(List.of());
  }

  private List<String> multiplierIds(Bucket bucket, Usage usage) {
    var call = new Call(at.provider(), at.model(), at.time(), at.serviceTier(), at.region(), usage);
    try {
      /* Of graduated tiers the last is the one that the whole input reaches. */
      return stack.rate(call).lines().stream()
          .filter(line -> line.bucket() == bucket)
          .reduce((first, last) -> last)
          .map(line -> line.applied().multiplierIds())
          .orElse(List.of());
    } catch (Failure tooLarge) {
      return List.of();
    }
  }

  /// A usage of the bucket, with as much input as the circumstances say.
  private Optional<Usage> usage(Bucket bucket) {
    var input = at.inputTokens();
    var buckets = new HashMap<String, Long>();
    buckets.put(bucket.bucketName(), bucket.kind().isInput() ? Math.max(1, input) : 1);
    if (input > 0 && !bucket.kind().isInput()) {
      var filler = pricedInput();
      if (filler.isEmpty()) {
        return Optional.empty();
      }
      buckets.put(filler.get().bucketName(), input);
    }
    return Optional.of(Usage.of(buckets));
  }

  private Optional<Bucket> pricedInput() {
    for (var bucket : Bucket.values()) {
      if (bucket.kind().isInput() && isPriced(bucket)) {
        return Optional.of(bucket);
      }
    }
    return Optional.empty();
  }

  private boolean isPriced(Bucket bucket) {
    return stack
        .price(
            at.provider(),
            at.model(),
            at.serviceTier(),
            at.region(),
            bucket,
            at.time(),
            at.inputTokens())
        .isPresent();
  }
}
