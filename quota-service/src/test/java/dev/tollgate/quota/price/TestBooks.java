package dev.tollgate.quota.price;

import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid;
import java.nio.charset.StandardCharsets;

/// The price book of these tests: model `m` of provider `p` costs 2 USD per million tokens of input
/// and 10 of output, model `free` nothing.
public final class TestBooks {
  private TestBooks() {}

  public static PriceBook book(long version) {
    try {
      return PriceBook.parse(content(version).getBytes(StandardCharsets.UTF_8));
    } catch (PriceBookInvalid e) {
      throw new AssertionError(e);
    }
  }

  private static String content(long version) {
    return """
    {"id": "default", "version": %d, "currency": "USD", "models": [
      {"provider": "p", "model": "free", "prices": [%s, %s]},
      {"provider": "p", "model": "m", "prices": [%s, %s]}]}
    """
        .formatted(
            version,
            price("free-in", "input", "0"),
            price("free-out", "output", "0"),
            price("m-in", "input", "2"),
            price("m-out", "output", "10"));
  }

  private static String price(String id, String bucket, String amount) {
    return """
    {"id": "%s", "bucket": "%s", "amount": "%s", "unit_quantity": 1000000, "source": "test"}\
    """
        .formatted(id, bucket, amount);
  }
}
