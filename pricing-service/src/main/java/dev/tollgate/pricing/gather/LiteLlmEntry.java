package dev.tollgate.pricing.gather;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.pricing.gather.Refusal.Rule;
import dev.tollgate.rating.Bucket;
import dev.tollgate.rating.Glob;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/// One entry of LiteLLM's file. The name of a field says what it prices, above how many tokens of
/// input, and in which service tier: `input_cost_per_token_above_200k_tokens_priority`.
final class LiteLlmEntry {
  private static final Pattern FIELD =
      Pattern.compile(
          "(.+?)(?:_above_(\\d{1,6})k_tokens)?(?:_(flex|priority|batches|batch_requests))?");
  private static final Pattern ABOUT_MONEY =
      Pattern.compile(".*(cost|price|pricing|uplift|provider_specific_entry).*");
  private static final String UPLIFT = "regional_processing_uplift_multiplier_";
  private static final String SEARCH = "search_context_cost_per_query";
  private static final Field SEARCHES = new Field(Bucket.WEB_SEARCH, 1_000, 1, Set.of());
  private static final Map<String, String> TIERS =
      Map.of("batches", "batch", "batch_requests", "batch");
  private static final BigDecimal FACTOR_MAX = BigDecimal.valueOf(1_000);
  private static final long TOKENS_MAX = 1_000_000_000;

  private final Binder binder;
  private final Dictionary words;
  private final LiteLlm.Key key;
  private final Figures figures;
  private final String origin;
  private String mode = "";

  LiteLlmEntry(Binder binder, Dictionary words, LiteLlm.Key key, String entry, String origin) {
    this.binder = binder;
    this.words = words;
    this.key = key;
    this.origin = origin;
    this.figures = new Figures(binder, entry, origin + " " + entry);
  }

  void read(JsonNode node) {
    mode = node.path("mode").asText();
    node.properties()
        .forEach(each -> {
          if (ABOUT_MONEY.matcher(each.getKey()).matches()) {
            field(each.getKey(), each.getValue());
          }
        });
    var prices = figures.taken();
    if (!prices.isEmpty()) {
      binder.add(key.provider(), Named.just(key.model()), prices);
      node.properties().forEach(each -> factors(each.getKey(), each.getValue()));
    }
  }

  private void field(String name, JsonNode value) {
    if (name.equals("tiered_pricing")) {
      ranges(name, value);
    } else if (name.equals(SEARCH)) {
      search(value);
    } else if (!name.startsWith(UPLIFT) && !name.equals("provider_specific_entry")) {
      price(name, name, value, 0);
    }
  }

  /// @param above how many tokens of input the price holds from, where the name says nothing
  private void price(String place, String name, JsonNode value, long above) {
    var parts = FIELD.matcher(name);
    var base = parts.matches() ? parts.group(1) : name;
    var meaning =
        words.fields().getOrDefault(base, List.of()).stream()
            .filter(each -> each.isFor(mode))
            .findFirst();
    if (meaning.isEmpty()) {
      figures.refuse(place, Rule.NO_BUCKET, shown(value));
      return;
    }
    var tier = parts.group(3) == null ? "" : TIERS.getOrDefault(parts.group(3), parts.group(3));
    var tokens = parts.group(2) == null ? above : Long.parseLong(parts.group(2)) * 1_000;
    var slot = Slot.always(meaning.get().bucket(), tier, key.region());
    figures.add(
        place,
        value,
        meaning.get(),
        tokens == 0 ? slot : slot.above(tokens, key.provider().equals("xai")));
  }

  /* One price whatever the size of what was searched, or none: usages don't state it. */
  private void search(JsonNode sizes) {
    var amounts = StreamSupport.stream(sizes.spliterator(), false).distinct().toList();
    var slot = Slot.always(Bucket.WEB_SEARCH, "", key.region());
    if (!sizes.isObject() || sizes.isEmpty()) {
      figures.spoil(SEARCH, Rule.NOT_A_PRICE, shown(sizes));
    } else if (amounts.size() > 1) {
      figures.refuse(SEARCH, Rule.DEPENDS, shown(sizes));
      figures.leave(slot);
    } else {
      figures.add(SEARCH, amounts.getFirst(), SEARCHES, slot);
    }
  }

  /* Ranges follow each other from 0 on; the end of the last is the end of the context. */
  private void ranges(String field, JsonNode list) {
    var end = BigDecimal.ZERO;
    if (!list.isArray() || list.isEmpty()) {
      figures.spoil(field, Rule.NOT_A_PRICE, shown(list));
      return;
    }
    for (var each : list) {
      var range = each.path("range");
      if (!range.path(0).isNumber()
          || !range.path(1).isNumber()
          || range.path(0).decimalValue().compareTo(end) != 0
          || range.path(1).decimalValue().compareTo(end) <= 0
          || range.path(1).decimalValue().compareTo(BigDecimal.valueOf(TOKENS_MAX)) > 0) {
        figures.spoil(field, Rule.DEPENDS, shown(range));
        return;
      }
      var above = end.longValue();
      each.properties()
          .forEach(cell -> {
            if (!cell.getKey().equals("range")) {
              price(field + " " + cell.getKey(), cell.getKey(), cell.getValue(), above);
            }
          });
      end = range.path(1).decimalValue();
    }
  }

  private void factors(String name, JsonNode value) {
    if (name.startsWith(UPLIFT)) {
      factor(name, "", name.substring(UPLIFT.length()), value);
    } else if (name.equals("provider_specific_entry")) {
      value
          .properties()
          .forEach(each -> {
            var place = name + " " + each.getKey();
            switch (each.getKey()) {
              case "fast" -> factor(place, "fast", "", each.getValue());
              case "us", "eu" -> factor(place, "", each.getKey(), each.getValue());
              default -> figures.refuse(place, Rule.NO_BUCKET, shown(each.getValue()));
            }
          });
    }
  }

  private void factor(String place, String tier, String region, JsonNode value) {
    if (!(tier + region).matches("[a-z0-9_-]{1,32}") || !new Glob(key.model()).isLiteral()) {
      figures.refuse(place, Rule.NO_BUCKET, shown(value));
      return;
    }
    figures
        .number(place, value)
        .filter(factor -> {
          var fits = factor.compareTo(FACTOR_MAX) <= 0 && factor.scale() <= 12;
          if (!fits) {
            figures.refuse(place, Rule.ABSURD, shown(value));
          }
          return fits;
        })
        .ifPresent(factor ->
            binder.multiply(
                new Factor(key.provider(), tier, region, factor, origin + " " + place),
                key.model()));
  }

  private static String shown(JsonNode value) {
    return value.toString();
  }
}
