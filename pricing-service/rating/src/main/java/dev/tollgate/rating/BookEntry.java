package dev.tollgate.rating;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.tollgate.rating.PriceBookInvalid.Problem;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// One JSON object of a price book, read field by field. Each mistake is noted and answered with a
/// value that lets reading go on.
final class BookEntry {
  /// The largest amount of a price, in currency units.
  static final BigDecimal AMOUNT_MAX = BigDecimal.valueOf(1_000_000);

  static final String PRICE_ID = "[!-~]{1,256}";
  static final String PRICE_ID_EXPECTED = "1 to 256 printable ASCII characters, no space";

  private static final int SHOWN_MAX = 60;
  private static final Instant TIME_MIN = Instant.parse("1970-01-01T00:00:00Z");
  private static final Instant TIME_MAX = Instant.parse("9999-12-31T23:59:59Z");

  private final JsonNode node;
  private final List<Problem> problems;
  private final Set<String> seen = new HashSet<>();
  private String name;

  BookEntry(String name, JsonNode node, List<Problem> problems) {
    this.name = name;
    this.node = node;
    this.problems = problems;
    if (!node.isObject()) {
      problems.add(new Problem(name, "text", shown(node) + " (expected: an object)"));
    }
  }

  /// How problems name the entry from here on.
  void rename(String other) {
    name = other;
  }

  String name() {
    return name;
  }

  void reject(String field, String rule) {
    problems.add(new Problem(name, field, rule));
  }

  /// Rejects fields that were never asked for.
  void end() {
    node.fieldNames()
        .forEachRemaining(field -> {
          if (!seen.contains(field)) {
            reject(
                field.length() > SHOWN_MAX ? field.substring(0, SHOWN_MAX) : field,
                "unknown field");
          }
        });
  }

  String text(String field, String pattern, String expected) {
    var value = value(field);
    if (value.isTextual() && value.textValue().matches(pattern)) {
      return value.textValue();
    }
    reject(field, shown(value) + " (expected: " + expected + ")");
    return "";
  }

  /// Empty where the field is left out.
  String optionalText(String field, String pattern, String expected) {
    return node.has(field) ? text(field, pattern, expected) : "";
  }

  List<String> texts(String field, String pattern, String expected) {
    var texts = new ArrayList<String>();
    for (var value : node.has(field) ? list(field) : BookReader.none()) {
      if (value.isTextual() && value.textValue().matches(pattern)) {
        texts.add(value.textValue());
      } else {
        reject(field, shown(value) + " (expected: " + expected + ")");
      }
    }
    return texts;
  }

  List<Glob> globs(String field) {
    return texts(field, "[!-~]([ -~]{0,254}[!-~])?", "1 to 256 printable ASCII characters").stream()
        .sorted()
        .map(Glob::new)
        .toList();
  }

  /// By their order in usages; empty where the field is left out.
  Set<Bucket> buckets(String field) {
    var buckets = EnumSet.noneOf(Bucket.class);
    for (var name : texts(field, "[a-z0-9_]{1,40}", "the name of a bucket")) {
      Bucket.of(name)
          .ifPresentOrElse(
              buckets::add,
              () -> reject(field, name + " (expected: of " + List.of(Bucket.values()) + ")"));
    }
    return Collections.unmodifiableSet(buckets);
  }

  String serviceTier() {
    return optionalText(
        "service_tier",
        "(?!standard$)[a-z0-9_-]{1,32}",
        "a-z 0-9 _ -, not `standard`, which is written by leaving it out");
  }

  String region() {
    return optionalText("region", "[!-~]{1,64}", "1 to 64 printable ASCII characters");
  }

  String source() {
    return text("source", "[^\\p{Cntrl}]{1,500}", "1 to 500 characters");
  }

  void checkInterval(Instant from, Instant to) {
    if (!from.isBefore(to)) {
      reject("to", to + " (expected: after `from`, " + from + ")");
    }
  }

  long count(String field, long min, long max) {
    var value = value(field);
    if (value.isIntegralNumber()
        && value.canConvertToLong()
        && value.longValue() >= min
        && value.longValue() <= max) {
      return value.longValue();
    }
    reject(field, shown(value) + " (expected: a whole number from " + min + " to " + max + ")");
    return min;
  }

  boolean flag(String field) {
    var value = value(field);
    if (!value.isBoolean()) {
      reject(field, shown(value) + " (expected: true or false)");
    }
    return value.booleanValue();
  }

  /// False where the field is left out.
  boolean optionalFlag(String field) {
    return node.has(field) && flag(field);
  }

  /// One of the constants of an enum.
  <E extends Enum<E>> E choice(String field, Class<E> type, E byDefault) {
    if (!node.has(field)) {
      return byDefault;
    }
    var value = value(field);
    for (var each : type.getEnumConstants()) {
      if (value.isTextual() && each.name().equals(value.textValue())) {
        return each;
      }
    }
    reject(
        field,
        shown(value) + " (expected: one of " + Arrays.toString(type.getEnumConstants()) + ")");
    return byDefault;
  }

  BigDecimal amount(String field) {
    var value = value(field);
    if (!value.isTextual() || !value.textValue().matches("\\d{1,7}(\\.\\d{1,12})?")) {
      reject(
          field,
          shown(value)
              + " (expected: a plain decimal as text, not negative, at most 12 fraction digits)");
      return BigDecimal.ZERO;
    }
    var amount = new BigDecimal(value.textValue());
    if (amount.compareTo(AMOUNT_MAX) > 0) {
      reject(field, shown(value) + " (expected: at most " + AMOUNT_MAX + ")");
      return BigDecimal.ZERO;
    }
    var shortest = amount.stripTrailingZeros();
    return shortest.scale() < 0 ? shortest.setScale(0) : shortest;
  }

  Instant instant(String field, Instant byDefault) {
    if (!node.has(field)) {
      return byDefault;
    }
    var value = value(field);
    try {
      var instant = Instant.parse(value.isTextual() ? value.textValue() : "");
      if (!instant.isBefore(TIME_MIN) && !instant.isAfter(TIME_MAX)) {
        return instant;
      }
    } catch (DateTimeParseException e) {
      // Told below, like an instant out of range.
    }
    reject(field, shown(value) + " (expected: an instant such as 2026-07-30T00:00:00Z)");
    return byDefault;
  }

  Bucket bucket(String field) {
    var value = value(field);
    return Bucket.of(value.isTextual() ? value.textValue() : "")
        .orElseGet(() -> {
          reject(field, shown(value) + " (expected: one of " + List.of(Bucket.values()) + ")");
          return Bucket.INPUT;
        });
  }

  /// Missing where the field is left out.
  JsonNode object(String field) {
    return value(field);
  }

  JsonNode list(String field) {
    var value = value(field);
    if (value.isArray()) {
      return value;
    }
    reject(field, shown(value) + " (expected: a list)");
    return BookReader.none();
  }

  /// Empty where the field is left out.
  JsonNode optionalList(String field) {
    return node.has(field) ? list(field) : BookReader.none();
  }

  boolean has(String field) {
    return node.has(field);
  }

  private JsonNode value(String field) {
    seen.add(field);
    var value = node.get(field);
    return value == null ? MissingNode.getInstance() : value;
  }

  private static String shown(JsonNode value) {
    if (value.isMissingNode()) {
      return "is missing";
    }
    var text = value.isContainerNode() ? "a " + value.getNodeType() : value.toString();
    return text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "..." : text;
  }
}
