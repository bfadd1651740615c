package dev.tollgate.pricing.gather;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.pricing.gather.Refusal.Rule;
import dev.tollgate.pricing.gather.Slot.When;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Optional;
import java.util.regex.Pattern;

/// The prices of one model of genai-prices: always the same, or a list of which the last whose
/// constraint holds is in force, and the first where none does.
final class GenaiModel {
  private static final Pattern MINUTE =
      Pattern.compile("(([01]\\d|2[0-3]):[0-5]\\d):00(?:\\.0+)?(?:Z|\\+00:00)");
  private static final long TOKENS_MAX = 1_000_000_000;

  private final Dictionary words;
  private final Figures figures;

  GenaiModel(Dictionary words, Figures figures) {
    this.words = words;
    this.figures = figures;
  }

  void read(JsonNode prices) {
    if (prices.isObject()) {
      set(prices, When.ALWAYS);
    } else if (prices.isArray() && !prices.isEmpty() && !prices.path(0).has("constraint")) {
      list(prices);
    } else {
      figures.spoil("prices", Rule.WHEN_UNUSABLE, prices.toString());
    }
  }

  private void list(JsonNode sets) {
    var second = sets.path(1).path("constraint");
    if (sets.size() == 2 && second.has("start_time")) {
      var hours = hours(second);
      if (hours.isPresent() && sameFields(sets)) {
        set(sets.path(0).path("prices"), When.ALWAYS);
        set(sets.path(1).path("prices"), new When(Instant.MIN, Instant.MAX, hours.get()));
      } else {
        figures.spoil("constraint", Rule.WHEN_UNUSABLE, second.toString());
      }
      return;
    }
    var starts = new ArrayList<Instant>();
    starts.add(Instant.MIN);
    for (int i = 1; i < sets.size(); i++) {
      var start = start(sets.path(i).path("constraint"));
      if (start.isEmpty() || !start.get().isAfter(starts.getLast())) {
        figures.spoil("constraint", Rule.WHEN_UNUSABLE, sets.path(i).path("constraint").toString());
        return;
      }
      starts.add(start.get());
    }
    starts.add(Instant.MAX);
    for (int i = 0; i < sets.size(); i++) {
      set(sets.path(i).path("prices"), new When(starts.get(i), starts.get(i + 1), ""));
    }
  }

  /* Else in the other hours a bucket would have a price that is not meant for them. */
  private static boolean sameFields(JsonNode sets) {
    var first = new ArrayList<String>();
    var second = new ArrayList<String>();
    sets.path(0).path("prices").fieldNames().forEachRemaining(first::add);
    sets.path(1).path("prices").fieldNames().forEachRemaining(second::add);
    return first.size() == second.size() && first.containsAll(second);
  }

  private static Optional<Instant> start(JsonNode constraint) {
    try {
      return constraint.size() == 1
          ? Optional.of(
              LocalDate.parse(constraint.path("start_date").asText())
                  .atStartOfDay(ZoneOffset.UTC)
                  .toInstant())
          : Optional.empty();
    } catch (DateTimeParseException none) {
      return Optional.empty();
    }
  }

  private static Optional<String> hours(JsonNode constraint) {
    var from = MINUTE.matcher(constraint.path("start_time").asText());
    var to = MINUTE.matcher(constraint.path("end_time").asText());
    return constraint.size() == 2 && from.matches() && to.matches()
        ? Optional.of(from.group(1) + "-" + to.group(1))
        : Optional.empty();
  }

  private void set(JsonNode prices, When when) {
    if (!prices.isObject()) {
      figures.spoil("prices", Rule.NOT_AN_ENTRY, prices.toString());
    }
    prices
        .properties()
        .forEach(each -> {
          var meanings = words.fields().get(each.getKey());
          if (meanings == null) {
            figures.refuse(each.getKey(), Rule.NO_BUCKET, each.getValue().toString());
          } else {
            price(each.getKey(), each.getValue(), meanings.getFirst(), when);
          }
        });
  }

  private void price(String field, JsonNode value, Field meaning, When when) {
    var slot = new Slot(meaning.bucket(), "", "", 0, false, when);
    if (!value.isObject()) {
      figures.add(field, value, meaning, slot);
      return;
    }
    figures.add(field, value.path("base"), meaning, slot);
    for (var tier : value.path("tiers")) {
      var start = tier.path("start");
      if (start.isIntegralNumber()
          && start.canConvertToLong()
          && start.longValue() > 0
          && start.longValue() <= TOKENS_MAX) {
        figures.add(field, tier.path("price"), meaning, slot.above(start.longValue(), false));
      } else {
        figures.spoil(field, Rule.DEPENDS, tier.toString());
      }
    }
  }
}
