package dev.tollgate.rating;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/// The canonical form of a price book: fixed order of fields, models and prices, a price a line,
/// amounts as shortest plain decimals, nothing written that has its usual value.
final class BookPrinter {
  static final Comparator<Model> MODELS =
      Comparator.comparing(Model::provider).thenComparing(Model::name);

  static final Comparator<Price> PRICES =
      Comparator.comparing((Price price) -> price.bucket().bucketName())
          .thenComparing(Price::serviceTier)
          .thenComparing(Price::region)
          .thenComparingLong(price -> price.contextTier().thresholdTokens())
          .thenComparing(Price::from)
          .thenComparing(Price::id);

  private final StringBuilder out = new StringBuilder();

  private BookPrinter() {}

  static String print(PriceBook book) {
    return new BookPrinter().book(book).out.toString();
  }

  private BookPrinter book(PriceBook book) {
    out.append("{\n  \"id\": ");
    text(book.id());
    out.append(",\n  \"version\": ").append(book.version());
    out.append(",\n  \"currency\": ");
    text(book.currency());
    out.append(",\n  \"models\": [");
    var separator = "\n";
    for (var model : book.models()) {
      out.append(separator);
      model(model);
      separator = ",\n";
    }
    out.append("\n  ]\n}\n");
    return this;
  }

  private void model(Model model) {
    out.append("    {\n      \"provider\": ");
    text(model.provider());
    out.append(",\n      \"model\": ");
    text(model.name());
    if (!model.aliases().isEmpty()) {
      out.append(",\n      \"aliases\": ");
      texts(model.aliases());
    }
    out.append(",\n      \"prices\": [");
    var separator = "\n";
    for (var price : model.prices()) {
      out.append(separator).append("        ");
      price(price);
      separator = ",\n";
    }
    out.append("\n      ]\n    }");
  }

  private void price(Price price) {
    out.append("{\"id\": ");
    text(price.id());
    field("bucket", price.bucket().bucketName());
    field("service_tier", price.serviceTier());
    field("region", price.region());
    if (!price.contextTier().equals(ContextTier.BASE)) {
      out.append(", \"context_tier\": {\"threshold_tokens\": ")
          .append(price.contextTier().thresholdTokens())
          .append(", \"inclusive\": ")
          .append(price.contextTier().inclusive())
          .append('}');
    }
    field("amount", price.amount().toPlainString());
    out.append(", \"unit_quantity\": ").append(price.unitQuantity());
    field("from", price.from().equals(Instant.MIN) ? "" : price.from().toString());
    field("to", price.to().equals(Instant.MAX) ? "" : price.to().toString());
    field("source", price.source());
    out.append('}');
  }

  private void field(String name, String value) {
    if (!value.isEmpty()) {
      out.append(", \"").append(name).append("\": ");
      text(value);
    }
  }

  private void texts(List<String> values) {
    var separator = "[";
    for (var value : values) {
      out.append(separator);
      text(value);
      separator = ", ";
    }
    out.append(']');
  }

  private void text(String value) {
    out.append('"').append(JsonStringEncoder.getInstance().quoteAsString(value)).append('"');
  }
}
