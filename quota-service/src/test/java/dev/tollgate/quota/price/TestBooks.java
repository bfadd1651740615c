package dev.tollgate.quota.price;

import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid;
import java.nio.charset.StandardCharsets;

/// The price books of these tests. By default model `m` of provider `p` costs 2 USD per million
/// tokens of input and 10 of output, model `free` nothing, and `dear` of provider `q` twice as much
/// as `m`.
public final class TestBooks {
  private TestBooks() {}

  public static PriceBook book(long version) {
    return parse("default", version, "", model("p", "free", 0, 0), model("p", "m", 2, 10), dear());
  }

  /// The default book, with one more model of provider `p`.
  public static PriceBook bookWith(long version, String model, int input, int output) {
    return parse(
        "default",
        version,
        "",
        model("p", "free", 0, 0),
        model("p", "m", 2, 10),
        model("p", model, input, output),
        dear());
  }

  /// The default book, with one more model of provider `p` that takes input alone.
  public static PriceBook bookWithInputOnly(long version, String model, int input) {
    var prices = price(model + "-in", "input", input);
    return parse(
        "default",
        version,
        "",
        "{\"provider\": \"p\", \"model\": \"%s\", \"prices\": [%s]}".formatted(model, prices),
        model("p", "m", 2, 10));
  }

  /// A contract that states prices of `m` alone.
  public static PriceBook contract(String id, long version, String base, int input, int output) {
    return parse(id, version, "\"base\": \"" + base + "\", ", model("p", "m", input, output));
  }

  private static PriceBook parse(String id, long version, String base, String... models) {
    var json =
        "{\"id\": \"%s\", \"version\": %d, %s\"currency\": \"USD\", \"models\": [%s]}"
            .formatted(id, version, base, String.join(", ", models));
    try {
      return PriceBook.parse(json.getBytes(StandardCharsets.UTF_8));
    } catch (PriceBookInvalid e) {
      throw new AssertionError(e);
    }
  }

  private static String dear() {
    return model("q", "dear", 4, 20);
  }

  private static String model(String provider, String name, int input, int output) {
    return "{\"provider\": \"%s\", \"model\": \"%s\", \"prices\": [%s, %s]}"
        .formatted(
            provider,
            name,
            price(name + "-in", "input", input),
            price(name + "-out", "output", output));
  }

  private static String price(String id, String bucket, int amount) {
    return """
    {"id": "%s", "bucket": "%s", "amount": "%d", "unit_quantity": 1000000, "source": "test"}\
    """
        .formatted(id, bucket, amount);
  }
}
