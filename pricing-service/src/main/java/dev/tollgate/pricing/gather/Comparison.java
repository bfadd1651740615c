package dev.tollgate.pricing.gather;

import dev.tollgate.failure.Failure;
import dev.tollgate.rating.Bucket;
import dev.tollgate.rating.Model;
import dev.tollgate.rating.Price;
import dev.tollgate.rating.PriceBook;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// Where books differ in what they say of the same use of the same model. What only one of them
/// says is no difference, and neither are multipliers: they are compared as they stand, price with
/// price. Nothing is merged.
public final class Comparison {
  private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

  private static final Comparator<Use> ORDER =
      Comparator.comparing(Use::bucket)
          .thenComparing(Use::serviceTier)
          .thenComparing(Use::region)
          .thenComparingLong(Use::aboveTokens)
          .thenComparing(Use::hours);

  private record Use(
      Bucket bucket, String serviceTier, String region, long aboveTokens, String hours) {
    static Use of(Price price) {
      return new Use(
          price.bucket(),
          price.serviceTier(),
          price.region(),
          price.contextTier().thresholdTokens(),
          price.schedule().isAlways() ? "" : price.schedule().toString());
    }
  }

  private final List<PriceBook> books;
  private final Instant at;
  private final List<Disagreement> found = new ArrayList<>();

  private Comparison(List<PriceBook> books, Instant at) {
    this.books = books;
    this.at = at;
  }

  /// All disagreements about prices that hold at an instant, by provider and model.
  ///
  /// @param books with references that differ
  /// @throws Failure FIELD_INVALID where two have the same
  public static List<Disagreement> of(List<PriceBook> books, Instant at) {
    if (books.stream().map(PriceBook::ref).distinct().count() < books.size()) {
      throw Failure.invalid("books", books + " (expected: each with another reference)");
    }
    return new Comparison(books, at).compare();
  }

  private List<Disagreement> compare() {
    var names = new TreeMap<String, Model>();
    for (var book : books) {
      book.models()
          .forEach(model -> names.putIfAbsent(model.provider() + "/" + model.name(), model));
    }
    var compared = new HashSet<List<String>>();
    for (var model : names.values()) {
      var same = new LinkedHashMap<String, Model>();
      var each = new ArrayList<String>();
      for (var book : books) {
        var match = book.match(model.provider(), model.name());
        match.ifPresent(found -> same.put(book.ref(), found.model()));
        each.add(model.provider() + "/" + match.map(found -> found.model().name()).orElse(""));
      }
      if (same.size() > 1 && compared.add(each)) {
        compare(same);
      }
    }
    return List.copyOf(found);
  }

  private void compare(Map<String, Model> same) {
    var amounts = new TreeMap<Use, SequencedMap<String, BigDecimal>>(ORDER);
    same.forEach((ref, model) -> {
      for (var price : model.prices()) {
        if (price.holdsAt(at)) {
          amounts
              .computeIfAbsent(Use.of(price), use -> new LinkedHashMap<>())
              .put(ref, perMillion(price));
        }
      }
    });
    var model = same.values().iterator().next();
    amounts.forEach((use, each) -> {
      if (each.values().stream().distinct().count() > 1) {
        found.add(
            new Disagreement(
                model.provider(),
                model.name(),
                use.bucket(),
                use.serviceTier(),
                use.region(),
                use.aboveTokens(),
                use.hours(),
                Collections.unmodifiableSequencedMap(each)));
      }
    });
  }

  /* Quantities are not always powers of ten, and a price a third of another must not look equal
  after rounding: enough digits to tell any two apart that books can hold. */
  private static BigDecimal perMillion(Price price) {
    var perMillion =
        price
            .amount()
            .multiply(MILLION)
            .divide(BigDecimal.valueOf(price.unitQuantity()), MathContext.DECIMAL128)
            .stripTrailingZeros();
    return perMillion.scale() < 0 ? perMillion.setScale(0) : perMillion;
  }
}
