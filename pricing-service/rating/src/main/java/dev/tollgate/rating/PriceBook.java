package dev.tollgate.rating;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What units cost, and since when: an immutable list of models and their prices, with what
/// multiplies them and what is paid in advance. Calls are rated by a `PriceStack` of books. Safe
/// for concurrent use.
public final class PriceBook {
  private final String id;
  private final long version;
  private final String base;
  private final String currency;
  private final List<Model> models;
  private final List<Multiplier> multipliers;
  private final List<Commitment> commitments;
  private final String ref;
  private final Names names;

  /// Takes what keeps the rules of `BookRules`, in canonical order.
  PriceBook(
      String id,
      long version,
      String base,
      String currency,
      List<Model> models,
      List<Multiplier> multipliers,
      List<Commitment> commitments) {
    this.id = id;
    this.version = version;
    this.base = base;
    this.currency = currency;
    this.models = models;
    this.multipliers = multipliers;
    this.commitments = commitments;
    this.ref = id + "@" + version;
    this.names = new Names(models);
  }

  /// Reads a book from JSON, canonical or not.
  ///
  /// @throws PriceBookInvalid naming every mistake, up to a limit
  public static PriceBook parse(byte[] json) throws PriceBookInvalid {
    return BookReader.read(json);
  }

  /// The canonical JSON, UTF-8: equal books print the same bytes, and `parse` reads them back.
  public byte[] print() {
    return BookPrinter.print(this).getBytes(StandardCharsets.UTF_8);
  }

  public String id() {
    return id;
  }

  public long version() {
    return version;
  }

  /// How answers and rows name it: `default@1`.
  public String ref() {
    return ref;
  }

  /// The id of the book below it in a stack; empty where it stands on none.
  public String base() {
    return base;
  }

  public String currency() {
    return currency;
  }

  /// By provider, then name.
  public List<Model> models() {
    return models;
  }

  /// By id.
  public List<Multiplier> multipliers() {
    return multipliers;
  }

  /// By id.
  public List<Commitment> commitments() {
    return commitments;
  }

  /// The same prices under another version.
  public PriceBook withVersion(long other) {
    return new PriceBook(id, other, base, currency, models, multipliers, commitments);
  }

  /// The same prices as another book.
  ///
  /// @param otherBase the id of the book below it; empty where it stands on none
  public PriceBook withId(String other, String otherBase) {
    return new PriceBook(other, version, otherBase, currency, models, multipliers, commitments);
  }

  /// The model that a provider bills under this name, and how the name was found.
  public Optional<Match> match(String provider, String name) {
    return Optional.ofNullable(names.match(provider, name));
  }

  /// As `match`; null where there is none.
  @Nullable Model model(String provider, String name) {
    return names.model(provider, name);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PriceBook book
        && ref.equals(book.ref)
        && base.equals(book.base)
        && currency.equals(book.currency)
        && models.equals(book.models)
        && multipliers.equals(book.multipliers)
        && commitments.equals(book.commitments);
  }

  @Override
  public int hashCode() {
    return ref.hashCode();
  }

  @Override
  public String toString() {
    return ref;
  }
}
