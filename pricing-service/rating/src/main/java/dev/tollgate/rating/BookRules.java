package dev.tollgate.rating;

import dev.tollgate.rating.PriceBookInvalid.Problem;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What entries of a price book owe each other: names and ids belong to one, and no two prices hold
/// for the same call at the same time.
final class BookRules {
  /// What prices of a model must not share at any instant: two tiers neither begin at the same size
  /// nor name the same threshold, one with it and one without.
  private record Key(
      Bucket bucket, String serviceTier, String region, boolean scheduled, long tokens) {
    static Key ofFirst(Price price) {
      return of(price, price.contextTier().firstTokens());
    }

    static Key ofThreshold(Price price) {
      return of(price, price.contextTier().thresholdTokens());
    }

    private static Key of(Price price, long tokens) {
      return new Key(
          price.bucket(),
          price.serviceTier(),
          price.region(),
          !price.schedule().isAlways(),
          tokens);
    }
  }

  private final List<Problem> problems;
  private final Map<String, String> entryByPriceId = new HashMap<>();
  private final Map<String, String> modelByName = new HashMap<>();
  private final Map<String, String> modelByPrefix = new HashMap<>();

  private BookRules(List<Problem> problems) {
    this.problems = problems;
  }

  static void check(PriceBook book, List<Problem> problems) {
    var rules = new BookRules(problems);
    book.models().forEach(rules::checkNames);
    rules.checkPatterns(book.models());
    book.models().forEach(rules::checkPrices);
    rules.checkIds(book);
    book.models().stream()
        .flatMap(model -> model.prices().stream())
        .forEach(price -> PriceRules.check(price, problems));
  }

  private void checkNames(Model model) {
    claim(model, "model", model.name());
    model.aliases().forEach(alias -> claim(model, "aliases", alias));
    for (var prefix : model.prefixes()) {
      var other = modelByPrefix.putIfAbsent(model.provider() + "/" + prefix, model.name());
      if (other != null) {
        problems.add(
            new Problem(
                entry(model),
                "prefixes",
                prefix + " (expected: not a prefix of " + other + " too)"));
      }
    }
  }

  /* Names and prefixes are stronger than patterns, and a longer prefix than a shorter: only two
  patterns can be of equal rank for a name. */
  private void checkPatterns(List<Model> models) {
    var byProvider = models.stream().collect(Collectors.groupingBy(Model::provider));
    for (var ofProvider : byProvider.values()) {
      var withPatterns = ofProvider.stream().filter(model -> !model.patterns().isEmpty()).toList();
      for (int i = 0; i < withPatterns.size(); i++) {
        for (int j = 0; j < i; j++) {
          checkPatterns(withPatterns.get(j), withPatterns.get(i));
        }
      }
    }
  }

  private void checkPatterns(Model earlier, Model later) {
    for (var pattern : later.patterns()) {
      for (var other : earlier.patterns()) {
        if (pattern.intersects(other)) {
          problems.add(
              new Problem(
                  entry(later),
                  "patterns",
                  "%s (expected: no name that %s of %s matches too)"
                      .formatted(pattern, other, earlier.name())));
        }
      }
    }
  }

  private void checkIds(PriceBook book) {
    book.multipliers().forEach(each -> claimId(each.id(), "a multiplier"));
    book.commitments().forEach(each -> claimId(each.id(), "a commitment"));
  }

  private void claimId(String id, String what) {
    var other = entryByPriceId.putIfAbsent(id, what);
    if (other != null) {
      problems.add(new Problem(id, "id", "used twice, by " + other + " and " + what));
    }
  }

  private void claim(Model model, String field, String name) {
    var other = modelByName.putIfAbsent(model.provider() + "/" + name, model.name());
    if (other != null) {
      problems.add(
          new Problem(entry(model), field, name + " (expected: not a name of " + other + " too)"));
    }
  }

  private void checkPrices(Model model) {
    for (var price : model.prices()) {
      claimId(price.id(), entry(model));
    }
    checkOverlaps(model, Key::ofFirst);
    checkOverlaps(model, Key::ofThreshold);
  }

  private void checkOverlaps(Model model, Function<Price, Key> key) {
    model.prices().stream()
        .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()))
        .values()
        .forEach(this::checkOverlap);
  }

  /* In the order of `from` only neighbours need to be compared, but for schedules, of which several
  may hold on the same days. */
  private void checkOverlap(List<Price> sharing) {
    var prices = sharing.stream().sorted(Comparator.comparing(Price::from)).toList();
    for (int i = 1; i < prices.size(); i++) {
      var later = prices.get(i);
      var scheduled = !later.schedule().isAlways();
      for (int j = i - 1; j >= (scheduled ? 0 : i - 1); j--) {
        var earlier = prices.get(j);
        if (later.from().isBefore(earlier.to()) && later.schedule().overlaps(earlier.schedule())) {
          add(
              new Problem(
                  later.id(),
                  "from",
                  "overlaps with %s, which holds to %s for the same calls"
                      .formatted(earlier.id(), earlier.to())));
        }
      }
    }
  }

  private void add(Problem problem) {
    if (!problems.contains(problem)) {
      problems.add(problem);
    }
  }

  private static String entry(Model model) {
    return model.provider() + "/" + model.name();
  }
}
