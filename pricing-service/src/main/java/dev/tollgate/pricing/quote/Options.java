package dev.tollgate.pricing.quote;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.money.Nanos;
import dev.tollgate.rating.Ask;
import dev.tollgate.rating.Match;
import dev.tollgate.rating.Multiplier;
import dev.tollgate.rating.PriceStack;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Where else a call could run, and what it would cost there.
final class Options {
  /* An empty region would ask for the dearest. No book can name this one, so it has the prices of
  every region without its own. */
  private static final String ELSEWHERE = " ";

  /// One service tier and region.
  record Option(String serviceTier, String region, Nanos ceiling) {}

  private Options() {}

  /// Those that have prices, the cheapest first.
  static List<Option> of(PriceStack stack, Ask ask) {
    var tiers = new TreeSet<>(Set.of(""));
    var regions = new TreeSet<>(Set.of(""));
    for (var match : stack.matches(ask.provider(), ask.model()).values()) {
      for (var price : match.model().prices()) {
        tiers.add(price.serviceTier());
        regions.add(price.region());
      }
    }
    for (var book : stack.books()) {
      for (var multiplier : book.multipliers()) {
        if (concerns(multiplier, stack, ask)) {
          tiers.add(multiplier.serviceTier());
          regions.add(multiplier.region());
        }
      }
    }
    return options(stack, ask, tiers, regions);
  }

  private static boolean concerns(Multiplier multiplier, PriceStack stack, Ask ask) {
    var matches = stack.matches(ask.provider(), ask.model()).values();
    return (multiplier.provider().isEmpty() || multiplier.provider().equals(ask.provider()))
        && (multiplier.models().isEmpty()
            || matches.stream().anyMatch(match -> names(multiplier, match)));
  }

  private static boolean names(Multiplier multiplier, Match match) {
    return multiplier.models().stream()
        .anyMatch(pattern ->
            pattern.matches(match.model().name())
                || match.model().aliases().stream().anyMatch(pattern::matches));
  }

  private static List<Option> options(
      PriceStack stack, Ask ask, Collection<String> tiers, Collection<String> regions) {
    var options = new ArrayList<Option>();
    for (var tier : tiers) {
      for (var region : regions) {
        try {
          var there = region.isEmpty() ? ELSEWHERE : region;
          options.add(new Option(tier, region, stack.ceiling(at(ask, tier, there)).cost()));
        } catch (Failure unpriced) {
          if (unpriced.reason() != Reason.BUCKET_UNPRICED
              && unpriced.reason() != Reason.AMOUNT_UNREPRESENTABLE) {
            throw unpriced;
          }
        }
      }
    }
    options.sort(Comparator.comparing(Option::ceiling));
    return options;
  }

  private static Ask at(Ask ask, String tier, String region) {
    return new Ask(
        ask.provider(),
        ask.model(),
        tier,
        region,
        ask.from(),
        ask.to(),
        ask.inputTokens(),
        ask.outputTokens());
  }
}
