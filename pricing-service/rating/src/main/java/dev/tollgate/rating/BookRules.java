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
  private record Key(Bucket bucket, String serviceTier, String region, long tokens) {
    static Key ofFirst(Price price) {
      return of(price, price.contextTier().firstTokens());
    }

    static Key ofThreshold(Price price) {
      return of(price, price.contextTier().thresholdTokens());
    }

    private static Key of(Price price, long tokens) {
      return new Key(price.bucket(), price.serviceTier(), price.region(), tokens);
    }
  }

  private final List<Problem> problems;
  private final Map<String, String> entryByPriceId = new HashMap<>();
  private final Map<String, String> modelByName = new HashMap<>();

  private BookRules(List<Problem> problems) {
    this.problems = problems;
  }

  static void check(List<Model> models, List<Problem> problems) {
    var rules = new BookRules(problems);
    models.forEach(rules::checkNames);
    models.forEach(rules::checkPrices);
  }

  private void checkNames(Model model) {
    claim(model, "model", model.name());
    model.aliases().forEach(alias -> claim(model, "aliases", alias));
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
      var other = entryByPriceId.putIfAbsent(price.id(), entry(model));
      if (other != null) {
        problems.add(
            new Problem(price.id(), "id", "used twice, by " + other + " and " + entry(model)));
      }
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

  /* In the order of `from` only neighbours need to be compared. */
  private void checkOverlap(List<Price> sharing) {
    var prices = sharing.stream().sorted(Comparator.comparing(Price::from)).toList();
    for (int i = 1; i < prices.size(); i++) {
      var earlier = prices.get(i - 1);
      var later = prices.get(i);
      if (later.from().isBefore(earlier.to())) {
        var problem =
            new Problem(
                later.id(),
                "from",
                "overlaps with %s, which holds to %s for the same calls"
                    .formatted(earlier.id(), earlier.to()));
        if (!problems.contains(problem)) {
          problems.add(problem);
        }
      }
    }
  }

  private static String entry(Model model) {
    return model.provider() + "/" + model.name();
  }
}
