package dev.tollgate.pricing.compare;

import dev.tollgate.rating.ContextTier;
import dev.tollgate.rating.Glob;
import dev.tollgate.rating.Model;
import dev.tollgate.rating.Multiplier;
import dev.tollgate.rating.Price;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceStack;
import dev.tollgate.rating.Schedule;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A book, asked what it would charge where some price holds.
final class Sample {
  private static final int WEEK_MINUTES = 8 * 24 * 60;

  private final PriceBook book;
  private final PriceStack stack;
  private final Instant now;

  Sample(PriceBook book, Instant now) {
    this.book = book;
    this.stack = PriceStack.of(book);
    this.now = now;
  }

  /// What the book charges there.
  ///
  /// @param derivesRegion whether it multiplies the price for the region that was asked for
  record Found(Price price, UnitValue.Range value, boolean derivesRegion) {
    /// Whether it has a price for the other's very bucket and region, and not only one that they
    /// share with others.
    boolean states(Price other) {
      return price.bucket() == other.bucket()
          && (price.region().equals(other.region()) || derivesRegion);
    }

    /// The end of its range that leaps to the other's.
    String text(UnitValue.Range other) {
      return (value.most().leapsTo(other.most()) ? value.most() : value.least()).text();
    }
  }

  /// Asks for the price of calls for which the given one, of this book or of another, holds.
  Optional<Found> find(String provider, String name, Price where) {
    var time = instant(where);
    return stack
        .price(
            provider,
            name,
            where.serviceTier(),
            where.region(),
            where.bucket(),
            time,
            firstTokens(where.contextTier()))
        .map(price -> found(book.match(provider, name).orElseThrow().model(), price, where, time));
  }

  private Found found(Model model, Price price, Price where, Instant time) {
    var factor = BigDecimal.ONE;
    var derivesRegion = false;
    for (var each : book.multipliers()) {
      if (!each.isDiscount() && derives(each, model, price, where, time)) {
        factor = factor.multiply(each.factor());
        derivesRegion |= !each.region().isEmpty();
      }
    }
    return new Found(price, UnitValue.of(price, factor), derivesRegion);
  }

  private static boolean derives(
      Multiplier multiplier, Model model, Price price, Price where, Instant time) {
    return concerns(multiplier, model, price)
        && derives(multiplier.serviceTier(), where.serviceTier(), price.serviceTier())
        && derives(multiplier.region(), where.region(), price.region())
        && !time.isBefore(multiplier.from())
        && time.isBefore(multiplier.to());
  }

  private static boolean concerns(Multiplier multiplier, Model model, Price price) {
    return (multiplier.provider().isEmpty() || multiplier.provider().equals(model.provider()))
        && (multiplier.buckets().isEmpty() || multiplier.buckets().contains(price.bucket()))
        && (multiplier.models().isEmpty()
            || multiplier.models().stream().anyMatch(pattern -> isNamed(model, pattern)));
  }

  private static boolean isNamed(Model model, Glob pattern) {
    return pattern.matches(model.name()) || model.aliases().stream().anyMatch(pattern::matches);
  }

  /* A price that states the tier or the region has the factor in it already. */
  private static boolean derives(String of, String asked, String stated) {
    return of.isEmpty() || (of.equals(asked) && stated.isEmpty());
  }

  private static long firstTokens(ContextTier tier) {
    return tier.inclusive() ? tier.thresholdTokens() : tier.thresholdTokens() + 1;
  }

  /// An instant at which the price holds.
  private Instant instant(Price price) {
    var any =
        price.holdsAt(now)
            ? now
            : price.from().equals(Instant.MIN) ? price.to().minusNanos(1) : price.from();
    return price.schedule().isAlways() ? any : within(price.schedule(), any);
  }

  private static Instant within(Schedule schedule, Instant time) {
    for (int minute = 0; minute < WEEK_MINUTES; minute++) {
      var at = time.plus(Duration.ofMinutes(minute));
      if (schedule.holdsAt(at)) {
        return at;
      }
    }
    return time;
  }
}
