package dev.tollgate.query.reconcile;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A value in a JSON report, and where it stands.
record JsonField(Place place, JsonNode node) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /* Longer numbers are none that a provider writes, and slow to reckon with. */
  private static final int DIGITS_MAX = 40;

  /* As many as a request has room for still add up to 64 bits. */
  private static final long COUNT_MAX = 1_000_000_000_000L;

  static JsonField read(Place place, String text) {
    try {
      return new JsonField(place, MAPPER.readTree(text));
    } catch (JsonProcessingException malformed) {
      var at = Optional.ofNullable(malformed.getLocation()).map(JsonLocation::getLineNr).orElse(1);
      throw place.at("line " + at).bad(malformed.getOriginalMessage(), "JSON");
    }
  }

  boolean has(String name) {
    return node.hasNonNull(name);
  }

  /// The field of that name; a missing node where there is none.
  JsonField get(String name) {
    var value = node.get(name);
    return new JsonField(place.dot(name), value == null ? MissingNode.getInstance() : value);
  }

  List<JsonField> elements() {
    if (!node.isArray()) {
      throw bad("an array");
    }
    var elements = new ArrayList<JsonField>();
    for (var i = 0; i < node.size(); i++) {
      elements.add(
          new JsonField(new Place(place.field(), place.within() + "[" + i + "]"), node.path(i)));
    }
    return elements;
  }

  /// Empty where it is null or not there.
  Optional<String> textIfAny() {
    return node.isNull() || node.isMissingNode() ? Optional.empty() : Optional.of(text("a text"));
  }

  String text(String expected) {
    if (!node.isTextual() || node.textValue().isEmpty()) {
      throw bad(expected);
    }
    return node.textValue();
  }

  /// A count; 0 where it is null or not there.
  long countIfAny() {
    return node.isNull() || node.isMissingNode() ? 0 : count();
  }

  long count() {
    if (!node.isIntegralNumber()
        || !node.canConvertToLong()
        || node.longValue() < 0
        || node.longValue() > COUNT_MAX) {
      throw bad("a count from 0 to " + COUNT_MAX);
    }
    return node.longValue();
  }

  /// A number, or a text that is one.
  BigDecimal decimal() {
    if (node.isNumber() || node.isTextual()) {
      try {
        var decimal = node.isNumber() ? node.decimalValue() : new BigDecimal(node.textValue());
        if (decimal.precision() <= DIGITS_MAX && Math.abs(decimal.scale()) <= DIGITS_MAX) {
          return decimal;
        }
      } catch (NumberFormatException malformed) {
        throw bad("a decimal number");
      }
    }
    throw bad("a decimal number of at most " + DIGITS_MAX + " digits");
  }

  /// A time as RFC 3339 has it.
  Instant time() {
    try {
      return OffsetDateTime.parse(text("a time as RFC 3339 has it")).toInstant();
    } catch (DateTimeParseException malformed) {
      throw bad("a time as RFC 3339 has it");
    }
  }

  Instant seconds() {
    var seconds = count();
    if (seconds > Integer.MAX_VALUE * 2L) {
      throw bad("seconds since 1970");
    }
    return Instant.ofEpochSecond(seconds);
  }

  RuntimeException bad(String expected) {
    var shown = node.isTextual() ? node.textValue() : node.isMissingNode() ? "" : node.toString();
    return place.bad(shown, expected);
  }
}
