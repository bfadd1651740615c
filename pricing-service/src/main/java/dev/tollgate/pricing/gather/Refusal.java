package dev.tollgate.pricing.gather;

/// Something of a collection that is not in the book.
///
/// @param entry the key of the model there, or its provider and id
/// @param field as it is named there; empty where it is the whole entry
/// @param rule why
/// @param value what stands there, cut where it is long; of two that contradict each other both
public record Refusal(String entry, String field, Rule rule, String value) {
  private static final int VALUE_MAX = 200;
  private static final int NAME_MAX = 120;

  public Refusal {
    entry = cut(entry, NAME_MAX);
    field = cut(field, NAME_MAX);
    value = cut(value, VALUE_MAX);
  }

  /// Why something is left out.
  public enum Rule {
    NOT_AN_ENTRY("is no model: an object with provider and prices is expected"),
    NO_PRICE("states no price that can be taken"),
    ALL_ZERO("every price is 0, which may mean free or not known"),
    NOT_A_PRICE("is no price: a number from 0 on, of at most 40 digits, is expected"),
    NOT_EXACT("has no exact amount with 12 fraction digits for any quantity up to 10^12"),
    ABSURD("is above 1,000 USD per million tokens, or above a million USD"),
    NO_BUCKET("has no bucket"),
    DEPENDS("depends on what a usage does not state"),
    CONTRADICTS("two entries or fields state different prices for the same use"),
    COMMITMENT("is the price of capacity paid for a term, not of use"),
    NAME_UNUSABLE("is no name or rule of names that a book can hold"),
    NAME_SHADOWED("is never reached: an earlier model of the collection takes every name of it"),
    RULE_NARROWED("overlaps rules of other models; only names that begin with it are kept"),
    WHEN_UNUSABLE("has dates or hours that no interval or schedule can say"),
    BOOK_RULE("breaks a rule of price books");

    private final String text;

    Rule(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private static String cut(String text, int max) {
    return text.length() <= max ? text : text.substring(0, max) + "...";
  }

  @Override
  public String toString() {
    return entry + ": " + (field.isEmpty() ? "" : field + ": ") + rule + ": " + value;
  }
}
