package dev.tollgate.pricing.gather;

/// A way in which others publish prices.
public enum Format {
  /// LiteLLM's `model_prices_and_context_window.json`: an object with an entry per model.
  LITELLM("litellm", "litellm model_prices_and_context_window.json"),
  /// The data file of genai-prices: a list of providers.
  GENAI_PRICES("genai-prices", "genai-prices data.json");

  private final String bookId;
  private final String origin;

  Format(String bookId, String origin) {
    this.bookId = bookId;
    this.origin = origin;
  }

  /// The id of books made of it.
  public String bookId() {
    return bookId;
  }

  /// How sources name it where nobody says more.
  public String origin() {
    return origin;
  }
}
