package dev.tollgate.pricing.compare;

import dev.tollgate.rating.Commitment;
import dev.tollgate.rating.Glob;
import dev.tollgate.rating.Model;
import dev.tollgate.rating.Multiplier;
import dev.tollgate.rating.Price;
import dev.tollgate.rating.PriceBook;
import java.util.ArrayList;
import java.util.List;

/// A part of a book that has a name of its own in it. All entries together are the book.
public sealed interface Entry {
  /// What it is called in its book, unique among entries of its class.
  String id();

  /// Empty where it is of no provider.
  default String provider() {
    return "";
  }

  /// Empty where it is of no model.
  default String model() {
    return "";
  }

  /// What is said of the book as a whole.
  record OfBook(String base, String currency) implements Entry {
    @Override
    public String id() {
      return "book";
    }
  }

  /// A model's names.
  record OfModel(
      String provider,
      String model,
      List<String> aliases,
      List<String> prefixes,
      List<Glob> patterns)
      implements Entry {
    @Override
    public String id() {
      return model;
    }

    /// As people read it.
    public String text() {
      return "aliases %s, prefixes %s, patterns %s".formatted(aliases, prefixes, patterns);
    }
  }

  /// A price of a model.
  record OfPrice(Model of, Price price) implements Entry {
    @Override
    public String id() {
      return price.id();
    }

    @Override
    public String provider() {
      return of.provider();
    }

    @Override
    public String model() {
      return of.name();
    }

    /* The model's other prices and names are entries of their own. */
    @Override
    public boolean equals(Object other) {
      return other instanceof OfPrice that
          && price.equals(that.price)
          && provider().equals(that.provider())
          && model().equals(that.model());
    }

    @Override
    public int hashCode() {
      return price.hashCode();
    }
  }

  /// A multiplier.
  record OfMultiplier(Multiplier multiplier) implements Entry {
    @Override
    public String id() {
      return multiplier.id();
    }
  }

  /// A commitment.
  record OfCommitment(Commitment commitment) implements Entry {
    @Override
    public String id() {
      return commitment.id();
    }
  }

  /// Everything that a book says but its id and version.
  static List<Entry> of(PriceBook book) {
    var entries = new ArrayList<Entry>();
    entries.add(new OfBook(book.base(), book.currency()));
    for (var model : book.models()) {
      entries.add(
          new OfModel(
              model.provider(), model.name(), model.aliases(), model.prefixes(), model.patterns()));
      model.prices().forEach(price -> entries.add(new OfPrice(model, price)));
    }
    book.multipliers().forEach(each -> entries.add(new OfMultiplier(each)));
    book.commitments().forEach(each -> entries.add(new OfCommitment(each)));
    return entries;
  }
}
