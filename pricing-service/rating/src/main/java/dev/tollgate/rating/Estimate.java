package dev.tollgate.rating;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.money.Nanos;
import dev.tollgate.money.Picos;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// The most that a call can cost that is about to be made.
///
/// It bounds every usage of token buckets, and one `request`, that keeps to the bounds of the ask:
/// however its input divides into fresh, cached and written to the cache, at whatever instant and
/// context tier it is rated, and in whatever region where the ask names none. Citation tokens,
/// searches, pages, seconds and the like are not bounded by the ask and so not in it.
public final class Estimate {
  /*
   * Prices change at certain instants and certain sizes of input. Between two such sizes each
   * bucket has one price, so no usage with that size costs more than all of its input at the
   * dearest input bucket plus all of its output at the dearest output bucket; the largest input of
   * the step is the worst. Units are priced at picos rounded up, which covers the rounding of
   * lines. The estimate is the worst step at the worst instant.
   */

  /// What a call costs at most within one step: `inputPicos + output tokens × outputUnitPicos`.
  private record Step(long inputPicos, long outputUnitPicos) {
    long picos(long outputTokens) {
      return Math.addExact(inputPicos, Math.multiplyExact(outputUnitPicos, outputTokens));
    }
  }

  private static final Bucket[] BUCKETS = Bucket.values();

  private final List<Step> steps;
  private final String currency;
  private final String bookRef;
  private final long outputTokens;
  private final Nanos cost;

  private Estimate(List<Step> steps, String currency, String bookRef, long outputTokens) {
    this.steps = steps;
    this.currency = currency;
    this.bookRef = bookRef;
    this.outputTokens = outputTokens;
    try {
      this.cost = costOf(outputTokens);
    } catch (ArithmeticException e) {
      throw tooLarge();
    }
  }

  /// @throws Failure BUCKET_UNPRICED where tokens that are asked for may have no price,
  ///   AMOUNT_UNREPRESENTABLE
  static Estimate of(Ask ask, Tariff tariff, String currency, String bookRef) {
    return new Estimate(List.copyOf(steps(ask, tariff)), currency, bookRef, ask.outputTokens());
  }

  /// The worst of several tariffs; those without a price for such a call don't count. Empty where
  /// none has one.
  ///
  /// @throws Failure AMOUNT_UNREPRESENTABLE
  static Optional<Estimate> dearest(
      Ask ask, List<Tariff> tariffs, String currency, String bookRef) {
    var steps = new LinkedHashSet<Step>();
    for (var tariff : tariffs) {
      try {
        steps.addAll(steps(ask, tariff));
      } catch (Failure unpriced) {
        if (unpriced.reason() != Reason.BUCKET_UNPRICED) {
          throw unpriced;
        }
      }
    }
    return steps.isEmpty()
        ? Optional.empty()
        : Optional.of(new Estimate(List.copyOf(steps), currency, bookRef, ask.outputTokens()));
  }

  private static Set<Step> steps(Ask ask, Tariff tariff) {
    var steps = new LinkedHashSet<Step>();
    var tier = Tariff.tier(ask.serviceTier());
    for (var region : ask.region().isEmpty() ? tariff.regions() : List.of(ask.region())) {
      var plan = tariff.plan(tier, region);
      if (plan == null) {
        requirePrice(ask, "input", ask.inputTokens(), -1);
        requirePrice(ask, "output", ask.outputTokens(), -1);
        continue;
      }
      for (var instant : plan.instants(ask.from(), ask.to())) {
        for (var inputTokens : plan.largestInputs(ask.inputTokens())) {
          steps.add(new Worst(ask, tariff, plan, instant, inputTokens).step());
        }
      }
    }
    return steps;
  }

  /// The worst case within one step at one instant.
  private record Worst(Ask ask, Tariff tariff, Plan plan, Instant instant, long inputTokens) {
    Step step() {
      long inputUnit = -1;
      long outputUnit = -1;
      long request = 0;
      try {
        for (var bucket : BUCKETS) {
          var unit = unit(bucket);
          if (bucket.kind().isInput()) {
            inputUnit = Math.max(inputUnit, unit);
          } else if (bucket.kind().isOutput()) {
            outputUnit = Math.max(outputUnit, unit);
          } else if (bucket == Bucket.REQUEST) {
            request = Math.max(unit, 0);
          }
        }
        requirePrice(ask, "input", ask.inputTokens(), inputUnit);
        requirePrice(ask, "output", ask.outputTokens(), outputUnit);
        var input = Math.multiplyExact(Math.max(inputUnit, 0), inputTokens);
        return new Step(Math.addExact(input, request), Math.max(outputUnit, 0));
      } catch (ArithmeticException e) {
        throw tooLarge();
      }
    }

    /// The most that a unit of the bucket can cost; -1 where it has no price.
    private long unit(Bucket bucket) {
      var row = plan.find(bucket, instant, inputTokens);
      if (row == null) {
        return -1;
      }
      var most = row.unitPicosUp();
      if (row.price().contextTier().mode() == ContextTier.Mode.GRADUATED) {
        for (var first : plan.firstTokens(bucket, 1, inputTokens)) {
          var lower = plan.find(bucket, instant, first - 1);
          most = lower == null ? most : Math.max(most, lower.unitPicosUp());
        }
      }
      for (var commitment : tariff.commitments()) {
        most = commitment.covers(bucket, instant) ? commitment.unitPicosUp(most) : most;
      }
      return most;
    }
  }

  private static void requirePrice(Ask ask, String what, long tokens, long unitPicos) {
    if (tokens > 0 && unitPicos < 0) {
      var tier = Tariff.tier(ask.serviceTier());
      throw Failure.of(
          Reason.BUCKET_UNPRICED,
          "no price for %s of %s %s%s"
              .formatted(
                  what,
                  ask.provider(),
                  ask.model(),
                  tier.isEmpty() ? "" : " in service tier " + PriceStack.clip(tier)));
    }
  }

  private static Failure tooLarge() {
    return Failure.of(
        Reason.AMOUNT_UNREPRESENTABLE, "the call may cost more than 9223372 units of its currency");
  }

  /// The worst case, rounded up.
  public Nanos cost() {
    return cost;
  }

  public String currency() {
    return currency;
  }

  /// `default@1`.
  public String bookRef() {
    return bookRef;
  }

  /// The largest output, from `minOutputTokens` to what was asked for, whose worst case is not
  /// above the amount; empty where there is none.
  public OptionalLong outputWithin(Nanos amount, long minOutputTokens) {
    if (minOutputTokens > outputTokens || !fits(minOutputTokens, amount)) {
      return OptionalLong.empty();
    }
    long fits = minOutputTokens;
    long tooMuch = outputTokens + 1;
    while (tooMuch - fits > 1) {
      var middle = fits + (tooMuch - fits) / 2;
      if (fits(middle, amount)) {
        fits = middle;
      } else {
        tooMuch = middle;
      }
    }
    return OptionalLong.of(fits);
  }

  private boolean fits(long output, Nanos amount) {
    return costOf(output).compareTo(amount) <= 0;
  }

  private Nanos costOf(long output) {
    long worst = 0;
    for (var step : steps) {
      worst = Math.max(worst, step.picos(output));
    }
    return new Picos(worst).toNanosUp();
  }
}
