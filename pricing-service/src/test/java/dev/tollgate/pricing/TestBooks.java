package dev.tollgate.pricing;

import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.NullMarked;

/// Small price books for tests.
@NullMarked
public final class TestBooks {
  private TestBooks() {}

  /// A book on another with one model, `openai/gpt-4o`.
  public static String text(String id, String base, String... prices) {
    return """
    {"id": "%s", "version": 1, "base": "%s", "currency": "USD", "models": [
      {"provider": "openai", "model": "gpt-4o", "prices": [%s]}]}
    """
        .formatted(id, base, String.join(",", prices));
  }

  /// A price per million, whose id is its bucket, with any further fields.
  public static String price(String bucket, String amount, String more) {
    return """
    {"id": "%s", "bucket": "%s", "amount": "%s", "unit_quantity": 1000000, "source": "test"%s}
    """
        .formatted(bucket, bucket, amount, more.isEmpty() ? "" : ", " + more);
  }

  public static String price(String bucket, String amount) {
    return price(bucket, amount, "");
  }

  /// The lowest book, of any models.
  public static PriceBook lowest(String models, String more) {
    return parse(
        """
        {"id": "default", "version": 1, "currency": "USD", "models": [%s]%s}
        """
            .formatted(models, more));
  }

  public static String model(String name, String more, String... prices) {
    return """
    {"provider": "p", "model": "%s", "prices": [%s]%s}
    """
        .formatted(name, String.join(",", prices), more);
  }

  public static PriceBook parse(String text) {
    try {
      return PriceBook.parse(text.getBytes(StandardCharsets.UTF_8));
    } catch (PriceBookInvalid invalid) {
      throw new AssertionError(text, invalid);
    }
  }
}
