package dev.tollgate.pricing.gather;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.pricing.gather.Refusal.Rule;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid;
import dev.tollgate.rating.PriceBookInvalid.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Puts what was found in a collection together to a book, and notes what has no place in it.
final class Binder {
  private static final String PROVIDER = "[a-z0-9][a-z0-9._-]{0,62}";

  /* Ids of prices have 256 characters: what tells prices of a model apart must fit behind it. */
  private static final int NAME_MAX = 190;

  private final Format format;
  private final Map<String, Underway> models = new TreeMap<>();
  private final Map<Factor, List<String>> factors = new LinkedHashMap<>();
  private final List<Refusal> refused = new ArrayList<>();
  private int entries;

  Binder(Format format) {
    this.format = format;
  }

  void countEntry() {
    entries++;
  }

  void refuse(String entry, String field, Rule rule, String value) {
    refused.add(new Refusal(entry, field, rule, value));
  }

  /// Whether a book can hold a model of this name; where it can't, that is noted.
  boolean admits(String entry, String provider, String name) {
    var admitted =
        provider.matches(PROVIDER)
            && Clause.isName(name)
            && provider.length() + name.length() <= NAME_MAX;
    if (!admitted) {
      refuse(entry, "", Rule.NAME_UNUSABLE, provider + " / " + name);
    }
    return admitted;
  }

  /// Adds a model's prices to those that other entries state for it.
  void add(String provider, Named names, Map<Slot, Stated> prices) {
    var model =
        models.computeIfAbsent(provider + "/" + names.name(), key -> new Underway(provider, names));
    prices.forEach((slot, stated) ->
        model
            .put(slot, stated)
            .ifPresent(earlier ->
                refuse(
                    stated.entry(),
                    stated.field(),
                    Rule.CONTRADICTS,
                    "%s, and %s in %s %s"
                        .formatted(
                            stated.amount(), earlier.amount(), earlier.entry(), earlier.field()))));
  }

  void multiply(Factor factor, String model) {
    factors.computeIfAbsent(factor, key -> new ArrayList<>()).add(model);
  }

  /// The book of all that was added. What breaks a rule of books is left out, a model at a time.
  ///
  /// @throws Failure FIELD_INVALID where that helps nothing
  Gathered bind() {
    models.values().forEach(Underway::dropContradicted);
    models.values().removeIf(model -> model.prices().isEmpty());
    while (true) {
      try {
        var book = PriceBook.parse(new BookText(models.values(), factors).bytes(format.bookId()));
        return new Gathered(
            book,
            new GatherReport(
                format,
                entries,
                book.models().size(),
                book.models().stream().mapToInt(model -> model.prices().size()).sum(),
                book.multipliers().size(),
                refused));
      } catch (PriceBookInvalid invalid) {
        drop(invalid.problems());
      }
    }
  }

  /* A problem names a model or one of its prices. */
  private void drop(List<Problem> problems) {
    var byPrice = new HashMap<String, String>();
    models.forEach((key, model) ->
        model.prices().keySet().forEach(slot -> byPrice.put(model.priceId(slot), key)));
    var dropped = false;
    for (var problem : problems) {
      var key = byPrice.getOrDefault(problem.entry(), problem.entry());
      if (models.remove(key) != null) {
        refuse(key, problem.field(), Rule.BOOK_RULE, problem.rule());
        dropped = true;
      }
    }
    if (!dropped) {
      throw Failure.invalid(
          problems.stream().map(each -> new Violation("file", each.toString())).toList());
    }
  }
}
