package dev.tollgate.pricing.gather;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// The JSON of a book, from which it is read like any other: no rule is kept twice.
final class BookText {
  private static final int SOURCE_MAX = 500;

  private final JsonMapper json = new JsonMapper();
  private final Collection<Underway> models;
  private final Map<Factor, List<String>> factors;

  BookText(Collection<Underway> models, Map<Factor, List<String>> factors) {
    this.models = models;
    this.factors = factors;
  }

  byte[] bytes(String id) {
    var book = json.createObjectNode();
    book.put("id", id).put("version", 1).put("currency", "USD");
    var list = book.putArray("models");
    models.forEach(model -> model(list.addObject(), model));
    if (!factors.isEmpty()) {
      var multipliers = book.putArray("multipliers");
      factors.forEach((factor, names) -> multiplier(multipliers.addObject(), factor, names));
    }
    try {
      return json.writeValueAsBytes(book);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(id, e);
    }
  }

  private void model(ObjectNode node, Underway model) {
    var names = model.names();
    node.put("provider", model.provider()).put("model", names.name());
    texts(node, "aliases", names.aliases());
    texts(node, "prefixes", names.prefixes());
    texts(node, "patterns", names.patterns());
    var prices = node.putArray("prices");
    model
        .prices()
        .forEach((slot, stated) -> price(prices.addObject(), model.priceId(slot), slot, stated));
  }

  private static void price(ObjectNode node, String id, Slot slot, Stated stated) {
    node.put("id", id).put("bucket", slot.bucket().bucketName());
    text(node, "service_tier", slot.serviceTier());
    text(node, "region", slot.region());
    if (slot.aboveTokens() > 0) {
      node.putObject("context_tier")
          .put("threshold_tokens", slot.aboveTokens())
          .put("inclusive", slot.inclusive());
    }
    if (!slot.when().hours().isEmpty()) {
      node.putObject("schedule").putArray("hours").add(slot.when().hours());
    }
    node.put("amount", stated.amount().amount().toPlainString())
        .put("unit_quantity", stated.amount().unitQuantity());
    instant(node, "from", slot.when().from());
    instant(node, "to", slot.when().to());
    node.put("source", source(stated.source()));
  }

  private static void multiplier(ObjectNode node, Factor factor, List<String> names) {
    node.put("id", factor.id()).put("provider", factor.provider());
    texts(node, "models", names.stream().distinct().toList());
    text(node, "service_tier", factor.serviceTier());
    text(node, "region", factor.region());
    node.put("factor", factor.factor().toPlainString()).put("source", source(factor.source()));
  }

  private static String source(String text) {
    var printable = text.replaceAll("\\p{Cntrl}", " ");
    return printable.length() <= SOURCE_MAX ? printable : printable.substring(0, SOURCE_MAX);
  }

  private static void instant(ObjectNode node, String field, Instant instant) {
    if (!instant.equals(Instant.MIN) && !instant.equals(Instant.MAX)) {
      node.put(field, instant.toString());
    }
  }

  private static void text(ObjectNode node, String field, String value) {
    if (!value.isEmpty()) {
      node.put(field, value);
    }
  }

  private static void texts(ObjectNode node, String field, List<String> values) {
    if (!values.isEmpty()) {
      var list = node.putArray(field);
      values.forEach(list::add);
    }
  }
}
