package dev.tollgate.cli.backfill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What an export has of one call, by the names of its fields. Cells of CSV are texts; texts that
/// hold JSON are read as such. What can't be read is collected in `mistakes`, value and
/// expectation.
final class SourceRow {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHOWN_MAX = 64;
  private static final BigDecimal COUNT_MAX = new BigDecimal("1000000000000");
  private static final BigDecimal MILLIS_MIN = new BigDecimal("100000000000");

  private final long line;
  private final JsonNode fields;
  private final List<String> mistakes = new ArrayList<>();

  /// @param line where it begins in its file, from 1
  SourceRow(long line, JsonNode fields) {
    this.line = line;
    this.fields = fields;
  }

  long line() {
    return line;
  }

  JsonNode fields() {
    return fields;
  }

  List<String> mistakes() {
    return List.copyOf(mistakes);
  }

  void reject(String field, String value, String expected) {
    var shown =
        value.substring(0, Math.min(value.length(), SHOWN_MAX)).replaceAll("\\p{Cntrl}", "?");
    mistakes.add("%s: \"%s\" (expected: %s)".formatted(field, shown, expected));
  }

  /// The first of the fields that says anything; a dot leads into an object.
  String text(String... names) {
    for (var name : names) {
      var text = text(node(name));
      if (!text.isEmpty()) {
        return text;
      }
    }
    return "";
  }

  private static String text(JsonNode node) {
    if (node.isArray()) {
      var parts = new ArrayList<String>();
      node.forEach(part -> parts.add(text(part)));
      return String.join(",", parts);
    }
    return node.isObject() || node.isNull() ? "" : node.asText("").strip();
  }

  /// What lies there, an object or nothing in it.
  JsonNode object(String... names) {
    for (var name : names) {
      var node = opened(node(name));
      if (node.isObject()) {
        return node;
      }
    }
    return JsonNodeFactory.instance.objectNode();
  }

  private JsonNode node(String name) {
    var whole = fields.path(name);
    var dot = name.indexOf('.');
    if (!whole.isMissingNode() || dot < 0) {
      return whole;
    }
    var node = fields;
    for (var part : name.split("\\.", -1)) {
      node = opened(node.path(part));
    }
    return node;
  }

  private static JsonNode opened(JsonNode node) {
    if (node.isTextual() && node.asText().stripLeading().startsWith("{")) {
      try {
        return JSON.readTree(node.asText());
      } catch (JsonProcessingException notJson) {
        return node;
      }
    }
    return node;
  }

  /// A number of tokens; empty where the source says nothing.
  Optional<Long> count(String... names) {
    return number("a whole number from 0 to " + COUNT_MAX.toPlainString(), names)
        .filter(number -> isCount(number, names))
        .map(BigDecimal::longValueExact);
  }

  private boolean isCount(BigDecimal number, String... names) {
    var isWhole = number.stripTrailingZeros().scale() <= 0;
    if (isWhole && number.signum() >= 0 && number.compareTo(COUNT_MAX) <= 0) {
      return true;
    }
    reject(names[0], number.toString(), "a whole number from 0 to " + COUNT_MAX.toPlainString());
    return false;
  }

  /// An amount; empty where the source says nothing.
  Optional<BigDecimal> amount(String... names) {
    return number("a decimal number", names);
  }

  private Optional<BigDecimal> number(String expected, String... names) {
    for (var name : names) {
      var text = text(name);
      if (!text.isEmpty()) {
        try {
          var number = new BigDecimal(text);
          if (Math.abs((long) number.scale()) < SHOWN_MAX && number.precision() < SHOWN_MAX) {
            return Optional.of(number);
          }
        } catch (NumberFormatException notANumber) {
          // Said below, as a number out of all bounds is.
        }
        reject(name, text, expected);
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /// An instant; without a zone it is UTC. Empty where the source says nothing.
  Optional<Instant> time(String... names) {
    for (var name : names) {
      var text = text(name);
      if (!text.isEmpty()) {
        var time = instant(text);
        if (time.isEmpty()) {
          reject(name, text, "a time like 2026-08-01T12:00:00Z, UTC where it names no zone");
        }
        return time;
      }
    }
    return Optional.empty();
  }

  private static Optional<Instant> instant(String text) {
    try {
      if (text.matches("\\d{9,16}(\\.\\d{1,9})?")) {
        var number = new BigDecimal(text);
        var millis = number.compareTo(MILLIS_MIN) >= 0 ? number : number.movePointRight(3);
        return Optional.of(Instant.ofEpochMilli(millis.longValue()));
      }
      var iso = text.replaceFirst("^(\\d{4}-\\d{2}-\\d{2}) ", "$1T").replace(" UTC", "Z");
      iso =
          iso.replaceFirst(
              "([+-]\\d{2})$", iso.indexOf('T') > 0 && iso.length() > 13 ? "$1:00" : "$1");
      return Optional.of(
          iso.matches(".*T.*(Z|[+-]\\d{2}:\\d{2})")
              ? OffsetDateTime.parse(iso).toInstant()
              : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException notATime) {
      return Optional.empty();
    }
  }
}
