package dev.tollgate.rating;

import dev.tollgate.rating.PriceBookInvalid.Problem;
import java.math.BigDecimal;
import java.util.List;

/// What the parts of one price owe each other.
final class PriceRules {
  private PriceRules() {}

  static void check(Price price, List<Problem> problems) {
    var graduated = price.contextTier().mode() == ContextTier.Mode.GRADUATED;
    if (graduated && !price.bucket().kind().isInput()) {
      problems.add(
          new Problem(
              price.id(),
              "context_tier",
              "GRADUATED on %s (expected: on a bucket of input, which alone has an order)"
                  .formatted(price.bucket())));
    }
    var parts =
        (graduated ? 1 : 0)
            + (price.volume().isNone() ? 0 : 1)
            + (price.allotment().isNone() ? 0 : 1);
    if (parts > 1) {
      problems.add(
          new Problem(
              price.id(),
              "volume",
              "beside another (expected: one of volume, allotment and a GRADUATED context_tier)"));
    }
    if (price.volume().mode() == Volume.Mode.RETROACTIVE && !falls(price)) {
      problems.add(
          new Problem(
              price.id(),
              "volume",
              "RETROACTIVE with a step that is dearer than the one before (expected: cheaper ones;"
                  + " else the call that passes it has no upper bound)"));
    }
    if (price.bucket() == Bucket.PROVIDER_TICKS && parts > 0) {
      problems.add(
          new Problem(
              price.id(),
              "bucket",
              "provider_ticks with steps or an allotment (expected: one price for all of them)"));
    }
  }

  private static boolean falls(Price price) {
    BigDecimal before = price.amount();
    for (var step : price.volume().steps()) {
      if (step.amount().compareTo(before) > 0) {
        return false;
      }
      before = step.amount();
    }
    return true;
  }
}
