package dev.tollgate.rating;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/// Small price books and calls for tests.
@NullMarked
final class Books {
  static final Instant NOON = Instant.parse("2026-08-01T12:00:00Z");

  private Books() {}

  /// A book of provider `p` with one model `m`, alias `m-latest`, and these prices.
  static PriceBook book(String... prices) {
    return parse(text(prices));
  }

  /// As `book`, ready for rating.
  static PriceStack stack(String... prices) {
    return PriceStack.of(book(prices));
  }

  static String text(String... prices) {
    return """
    {"id": "test", "version": 3, "currency": "USD", "models": [
      {"provider": "p", "model": "m", "aliases": ["m-latest"], "prices": [%s]}]}
    """
        .formatted(String.join(",\n", prices));
  }

  /// A price per million, with any further fields.
  static String price(String id, String bucket, String amount, String more) {
    return """
    {"id": "%s", "bucket": "%s", "amount": "%s", "unit_quantity": 1000000, "source": "test"%s}\
    """
        .formatted(id, bucket, amount, more.isEmpty() ? "" : ", " + more);
  }

  static PriceBook parse(String text) {
    try {
      return PriceBook.parse(text.getBytes(StandardCharsets.UTF_8));
    } catch (PriceBookInvalid e) {
      throw new AssertionError(e);
    }
  }

  static Call call(Map<String, Long> buckets) {
    return call("", "", NOON, buckets);
  }

  static Call call(String serviceTier, String region, Instant time, Map<String, Long> buckets) {
    return new Call("p", "m", time, serviceTier, region, Usage.of(buckets));
  }
}
