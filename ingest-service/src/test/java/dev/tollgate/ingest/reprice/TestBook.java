package dev.tollgate.ingest.reprice;

import dev.tollgate.rating.PriceBook;
import dev.tollgate.rating.PriceBookInvalid;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Price books for tests, put together model by model.
public final class TestBook {
  private final int version;
  private final String currency;
  private final List<String> models = new ArrayList<>();

  public TestBook(int version, String currency) {
    this.version = version;
    this.currency = currency;
  }

  /// Input at so many cents per million until the instant, at so many from then on; output the
  /// same.
  public TestBook model(String name, int centsBefore, Instant change, int centsAfter) {
    var prices = new ArrayList<String>();
    for (var bucket : List.of("input", "output")) {
      prices.add(price(bucket, name + "-before", centsBefore, "\"to\": \"" + change + "\""));
      prices.add(price(bucket, name + "-after", centsAfter, "\"from\": \"" + change + "\""));
    }
    models.add(
        "{\"provider\": \"openai\", \"model\": \"%s\", \"prices\": [%s]}"
            .formatted(name, String.join(", ", prices)));
    return this;
  }

  private static String price(String bucket, String when, int cents, String bound) {
    return """
    {"id": "%s-%s", "bucket": "%s", "amount": "%d.%02d", "unit_quantity": 1000000, %s,
     "source": "test"}\
    """
        .formatted(bucket, when, bucket, cents / 100, cents % 100, bound);
  }

  public PriceBook book() {
    var json =
        "{\"id\": \"default\", \"version\": %d, \"currency\": \"%s\", \"models\": [%s]}"
            .formatted(version, currency, String.join(", ", models));
    try {
      return PriceBook.parse(json.getBytes(StandardCharsets.UTF_8));
    } catch (PriceBookInvalid invalid) {
      throw new AssertionError(json, invalid);
    }
  }
}
