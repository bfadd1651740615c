package dev.tollgate.rating;

import static java.util.Locale.ROOT;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.tollgate.money.Picos;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

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
          .thenComparing(price -> price.schedule().isAlways())
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
    if (!book.base().isEmpty()) {
      out.append(",\n  \"base\": ");
      text(book.base());
    }
    out.append(",\n  \"currency\": ");
    text(book.currency());
    out.append(",\n  \"models\": [");
    rows(book.models(), "\n", this::model);
    out.append("\n  ]");
    if (!book.multipliers().isEmpty()) {
      out.append(",\n  \"multipliers\": [");
      rows(book.multipliers(), "\n    ", this::multiplier);
      out.append("\n  ]");
    }
    if (!book.commitments().isEmpty()) {
      out.append(",\n  \"commitments\": [");
      rows(book.commitments(), "\n    ", this::commitment);
      out.append("\n  ]");
    }
    out.append("\n}\n");
    return this;
  }

  private <T> void rows(List<T> rows, String indent, Consumer<T> print) {
    var separator = indent;
    for (var row : rows) {
      out.append(separator);
      print.accept(row);
      separator = "," + indent;
    }
  }

  private void model(Model model) {
    out.append("    {\n      \"provider\": ");
    text(model.provider());
    out.append(",\n      \"model\": ");
    text(model.name());
    names("aliases", model.aliases());
    names("prefixes", model.prefixes());
    names("patterns", globs(model.patterns()));
    out.append(",\n      \"prices\": [");
    rows(model.prices(), "\n        ", this::price);
    out.append("\n      ]\n    }");
  }

  private void names(String field, List<String> names) {
    if (!names.isEmpty()) {
      out.append(",\n      \"").append(field).append("\": ");
      texts(names);
    }
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
          .append(price.contextTier().inclusive());
      if (price.contextTier().mode() == ContextTier.Mode.GRADUATED) {
        field("mode", ContextTier.Mode.GRADUATED.name());
      }
      out.append('}');
    }
    schedule(price.schedule());
    field("amount", price.amount().toPlainString());
    out.append(", \"unit_quantity\": ").append(price.unitQuantity());
    volume(price.volume());
    if (!price.allotment().isNone()) {
      out.append(", \"allotment\": {\"counter\": ");
      text(price.allotment().counter());
      out.append(", \"quantity\": ").append(price.allotment().quantity()).append('}');
    }
    if (price.net()) {
      out.append(", \"net\": true");
    }
    interval(price.from(), price.to());
    field("source", price.source());
    out.append('}');
  }

  private void schedule(Schedule schedule) {
    if (schedule.isAlways()) {
      return;
    }
    out.append(", \"schedule\": {\"hours\": ");
    texts(schedule.hours().stream().map(Schedule.Hours::toString).toList());
    list("days", schedule.days().stream().map(day -> day.name().toLowerCase(ROOT)).toList());
    list("except", schedule.except().stream().map(LocalDate::toString).toList());
    field("zone", schedule.zone().equals(ZoneOffset.UTC) ? "" : schedule.zone().getId());
    out.append('}');
  }

  private void volume(Volume volume) {
    if (volume.isNone()) {
      return;
    }
    out.append(", \"volume\": {\"counter\": ");
    text(volume.counter());
    if (volume.mode() == Volume.Mode.RETROACTIVE) {
      field("mode", volume.mode().name());
    }
    out.append(", \"steps\": [");
    var separator = "";
    for (var step : volume.steps()) {
      out.append(separator).append("{\"above\": ").append(step.above());
      field("amount", step.amount().toPlainString());
      out.append('}');
      separator = ", ";
    }
    out.append("]}");
  }

  private void multiplier(Multiplier multiplier) {
    out.append("{\"id\": ");
    text(multiplier.id());
    field("provider", multiplier.provider());
    list("models", globs(multiplier.models()));
    list("buckets", multiplier.buckets().stream().map(Bucket::bucketName).toList());
    field("service_tier", multiplier.serviceTier());
    field("region", multiplier.region());
    field("factor", multiplier.factor().toPlainString());
    interval(multiplier.from(), multiplier.to());
    field("source", multiplier.source());
    out.append('}');
  }

  private void commitment(Commitment commitment) {
    out.append("{\"id\": ");
    text(commitment.id());
    field("kind", commitment.kind().name());
    field("provider", commitment.provider());
    list("models", globs(commitment.models()));
    list("buckets", commitment.buckets().stream().map(Bucket::bucketName).toList());
    if (commitment.drawsMoney()) {
      field("credit", plain(new Picos(commitment.quantity())));
    } else {
      out.append(", \"units\": ").append(commitment.quantity());
    }
    field("fee", plain(commitment.fee()));
    interval(commitment.from(), commitment.to());
    if (commitment.order() != 0) {
      out.append(", \"order\": ").append(commitment.order());
    }
    if (commitment.overagePercent() != 100) {
      out.append(", \"overage_percent\": ").append(commitment.overagePercent());
    }
    field("source", commitment.source());
    out.append('}');
  }

  private static String plain(Picos picos) {
    return picos.equals(Picos.ZERO) ? "0" : picos.toUnits().stripTrailingZeros().toPlainString();
  }

  private static List<String> globs(List<Glob> globs) {
    return globs.stream().map(Glob::text).toList();
  }

  private void interval(Instant from, Instant to) {
    field("from", from.equals(Instant.MIN) ? "" : from.toString());
    field("to", to.equals(Instant.MAX) ? "" : to.toString());
  }

  private void list(String name, List<String> values) {
    if (!values.isEmpty()) {
      out.append(", \"").append(name).append("\": ");
      texts(values);
    }
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
