package dev.tollgate.query.compare;

import dev.tollgate.books.PriceBooks;
import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;

/// A price book of a few models, and what it says, as a test knows it.
@NullMarked
public final class TestBook {
  /// Of a model, by service tier and bucket, in millionths of a dollar per million tokens: so many
  /// picos a token.
  public static final Map<String, Map<String, Long>> PRICES =
      Map.of(
          "p/full",
          Map.of(
              "/input", 2_000_000L,
              "/cache_read", 200_000L,
              "/cache_write_5m", 2_500_000L,
              "/output", 10_000_000L,
              "batch/input", 1_000_000L,
              "batch/output", 5_000_000L),
          "p/plain",
          Map.of("/input", 300_000L, "/cache_read", 30_000L, "/output", 1_200_000L),
          "q/bare",
          Map.of("/input", 70_000L, "/output", 700_000L));

  private TestBook() {}

  /// Books that have nothing but this one.
  public static PriceBooks books() {
    var books = new PriceBooks();
    books.add(book(), "");
    return books;
  }

  /// The book itself.
  public static PriceBook book() {
    try {
      return PriceBook.parse(json().getBytes(StandardCharsets.UTF_8));
    } catch (PriceBookInvalid invalid) {
      throw new AssertionError(invalid);
    }
  }

  private static String json() {
    var models = PRICES.keySet().stream().map(TestBook::model).collect(Collectors.joining(","));
    return "{\"id\": \"default\", \"version\": 3, \"currency\": \"USD\", \"models\": [%s]}"
        .formatted(models);
  }

  private static String model(String name) {
    var parts = List.of(name.split("/", -1));
    var prices =
        PRICES.getOrDefault(name, Map.of()).entrySet().stream()
            .map(price -> price(parts.getLast(), price.getKey(), price.getValue()))
            .collect(Collectors.joining(","));
    return "{\"provider\": \"%s\", \"model\": \"%s\", \"prices\": [%s]}"
        .formatted(parts.getFirst(), parts.getLast(), prices);
  }

  private static String price(String model, String of, long picos) {
    var parts = List.of(of.split("/", -1));
    var tier = parts.getFirst().isEmpty() ? "" : "\"service_tier\": \"" + parts.getFirst() + "\", ";
    return """
    {"id": "%s-%s", "bucket": "%s", %s"amount": "%s", "unit_quantity": 1000000, "source": "test"}\
    """
        .formatted(
            model,
            of.replace("/", "-").replace("_", "-"),
            parts.getLast(),
            tier,
            BigDecimal.valueOf(picos, 6).toPlainString());
  }
}
