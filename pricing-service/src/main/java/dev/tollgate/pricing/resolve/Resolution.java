package dev.tollgate.pricing.resolve;

import dev.tollgate.rating.Bucket;
import dev.tollgate.rating.ContextTier;
import dev.tollgate.rating.Model;
import dev.tollgate.rating.Price;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceStack;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Why each bucket of a call has its price, and other prices not.
final class Resolution {
  /// Which calls: those with this much input, at this instant, in this tier and region.
  ///
  /// @param serviceTier empty for the standard tier
  record Circumstances(
      String provider,
      String model,
      Instant time,
      String serviceTier,
      String region,
      long inputTokens) {}

  /// A price of one of the books.
  record Listed(PriceBook book, Model model, Price price) {}

  /// A price that does not hold.
  record Passed(Listed listed, Why why) {}

  /// Why it does not; the first that applies.
  enum Why {
    OTHER_TIER,
    OTHER_REGION,
    OTHER_TIME,
    OTHER_HOURS,
    INPUT_TOO_SMALL,
    OVERRIDDEN
  }

  /// What is said of one bucket.
  record OfBucket(
      Bucket bucket, Optional<Listed> price, List<String> multiplierIds, List<Passed> passed) {}

  private final PriceStack stack;
  private final Circumstances at;
  private final List<Listed> listed = new ArrayList<>();

  private Resolution(PriceStack stack, Circumstances at) {
    this.stack = stack;
    this.at = at;
    var matches = stack.matches(at.provider(), at.model());
    for (var book : stack.books()) {
      var match = matches.get(book.ref());
      if (match != null) {
        var model = match.model();
        model.prices().forEach(price -> listed.add(new Listed(book, model, price)));
      }
    }
  }

  /// Of every bucket that a book prices for the model, in the order of buckets.
  static List<OfBucket> of(PriceStack stack, Circumstances at) {
    var resolution = new Resolution(stack, at);
    var buckets = new TreeSet<Bucket>();
    resolution.listed.forEach(each -> buckets.add(each.price().bucket()));
    return buckets.stream().map(resolution::of).toList();
  }

  private OfBucket of(Bucket bucket) {
    /* An upper book that states the very same price goes first, so the first equal one it is. */
    var price =
        stack
            .price(
                at.provider(),
                at.model(),
                at.serviceTier(),
                at.region(),
                bucket,
                at.time(),
                at.inputTokens())
            .flatMap(
                found -> listed.stream().filter(each -> each.price().equals(found)).findFirst());
    var passed =
        listed.stream()
            .filter(each -> each.price().bucket() == bucket)
            .filter(each -> !price.equals(Optional.of(each)))
            .map(each -> new Passed(each, why(each.price())))
            .toList();
    return new OfBucket(
        bucket,
        price,
        price.isEmpty() ? List.of() : new Applied(stack, at).multiplierIds(bucket),
        passed);
  }

  private Why why(Price price) {
    var tier = at.serviceTier().equals("standard") ? "" : at.serviceTier();
    if (!price.serviceTier().isEmpty() && !price.serviceTier().equals(tier)) {
      return Why.OTHER_TIER;
    }
    if (!price.region().isEmpty() && !price.region().equals(at.region())) {
      return Why.OTHER_REGION;
    }
    if (!price.holdsAt(at.time())) {
      return Why.OTHER_TIME;
    }
    if (!price.schedule().holdsAt(at.time())) {
      return Why.OTHER_HOURS;
    }
    if (at.inputTokens() < firstTokens(price.contextTier())) {
      return Why.INPUT_TOO_SMALL;
    }
    return price.serviceTier().equals(tier) ? Why.OVERRIDDEN : standard(price);
  }

  /* The standard tier's price holds in another tier only where a multiplier derives it. */
  private Why standard(Price price) {
    var derived =
        stack.books().stream()
            .flatMap(book -> book.multipliers().stream())
            .anyMatch(each ->
                each.serviceTier().equals(at.serviceTier())
                    && (each.buckets().isEmpty() || each.buckets().contains(price.bucket())));
    return derived ? Why.OVERRIDDEN : Why.OTHER_TIER;
  }

  private static long firstTokens(ContextTier tier) {
    return tier.inclusive() ? tier.thresholdTokens() : tier.thresholdTokens() + 1;
  }
}
