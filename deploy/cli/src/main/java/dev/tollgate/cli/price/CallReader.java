package dev.tollgate.cli.price;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.rating.Call;
import dev.tollgate.rating.Usage;
import dev.tollgate.rating.extract.Extraction;
import dev.tollgate.rating.extract.Flaw;
import dev.tollgate.rating.extract.Profiles;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the call that a line states. A field that it does not know is a mistake: it may have been
/// meant to change the price. Not safe for concurrent use.
final class CallReader {
  /// As far as counters count: far beyond what any period uses, and safe to add to.
  static final long POSITION_MAX = 1_000_000_000_000_000_000L;

  private static final Set<String> FIELDS =
      Set.of(
          "id",
          "provider",
          "model",
          "api_flavor",
          "time",
          "service_tier",
          "region",
          "usage",
          "positions");
  private static final int TEXT_MAX = 256;
  private static final int SHOWN_MAX = 64;
  private static final Pattern RFC_3339 =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)");

  private final @Nullable Instant timeOfLinesWithout;
  private final Profiles profiles = Profiles.shipped();

  /// Of the line at hand.
  private final List<Violation> violations = new ArrayList<>();

  /// @param timeOfLinesWithout a time; null where they are a mistake
  CallReader(@Nullable Instant timeOfLinesWithout) {
    this.timeOfLinesWithout = timeOfLinesWithout;
  }

  /// @throws Failure FIELD_INVALID naming everything that is wrong with the line
  CallLine read(JsonNode line) {
    violations.clear();
    for (var field : line.properties()) {
      if (!FIELDS.contains(field.getKey())) {
        reject(clip(field.getKey()), "unknown (expected: one of the documented fields)");
      }
    }
    id(line);
    var provider = required(line, "provider");
    var model = required(line, "model");
    var flavor = optional(line, "api_flavor").orElse("");
    var time = time(line);
    var tier = optional(line, "service_tier");
    var region = optional(line, "region");
    var positions = positions(line.path("positions"));
    var read = usage(provider, flavor, line.path("usage"));
    if (!violations.isEmpty()) {
      throw Failure.invalid(violations);
    }
    var stated = new HashMap<>(read.positions());
    stated.putAll(positions);
    var flaws = new ArrayList<>(read.flaws());
    contradiction("service_tier", tier, read.serviceTier()).ifPresent(flaws::add);
    contradiction("region", region, read.region()).ifPresent(flaws::add);
    var call =
        new Call(
            provider,
            model,
            time,
            tier.orElse(read.serviceTier()),
            region.orElse(read.region()),
            read.usage(),
            stated);
    return new CallLine(call, read.isUnusable(), read.profile(), List.copyOf(flaws));
  }

  /// The line counts, but whoever wrote it may not know what the provider did.
  private static Optional<Flaw> contradiction(
      String field, Optional<String> ofLine, String ofBody) {
    return ofLine
        .filter(text -> !ofBody.isEmpty() && !text.equals(ofBody))
        .map(text ->
            new Flaw(
                Flaw.Kind.DOUBTFUL,
                field,
                "\"" + clip(text) + "\" (expected: " + ofBody + ", as the usage says)"));
  }

  private void id(JsonNode line) {
    var id = line.path("id");
    if (!id.isMissingNode() && !isId(id)) {
      reject("id", shown(id) + " (expected: a text of at most 256 characters, or a whole number)");
    }
  }

  /// Whether it can be handed back with the answer.
  static boolean isId(JsonNode id) {
    return id.isIntegralNumber() || (id.isTextual() && id.textValue().length() <= TEXT_MAX);
  }

  private String required(JsonNode line, String field) {
    var text = optional(line, field);
    if (text.isEmpty() && !line.hasNonNull(field)) {
      reject(field, "missing (expected: 1 to 256 characters)");
    } else if (text.isPresent() && text.get().isEmpty()) {
      reject(field, "empty (expected: 1 to 256 characters)");
    }
    return text.orElse("");
  }

  /// Empty where the line leaves it out, says null, or says something that is no text.
  private Optional<String> optional(JsonNode line, String field) {
    var node = line.path(field);
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    if (!node.isTextual() || node.textValue().length() > TEXT_MAX) {
      reject(field, shown(node) + " (expected: a text of at most 256 characters)");
      return Optional.empty();
    }
    return Optional.of(node.textValue());
  }

  private Instant time(JsonNode line) {
    var text = optional(line, "time");
    var time =
        text.isPresent() ? text.flatMap(CallReader::time) : Optional.ofNullable(timeOfLinesWithout);
    if (text.isPresent() && time.isEmpty()) {
      reject("time", shown(line.path("time")) + " (expected: RFC 3339, 2026-08-01T12:00:00Z)");
    } else if (time.isEmpty() && !line.hasNonNull("time")) {
      reject("time", "missing (expected: RFC 3339; --time states it for lines without)");
    }
    return time.orElse(Instant.EPOCH);
  }

  private static Optional<Instant> time(String text) {
    try {
      return RFC_3339.matcher(text).matches() ? Optional.of(Instant.parse(text)) : Optional.empty();
    } catch (DateTimeException noSuchDay) {
      return Optional.empty();
    }
  }

  private Map<String, Long> positions(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return Map.of();
    }
    if (!node.isObject()) {
      reject("positions", shown(node) + " (expected: an object of counters)");
      return Map.of();
    }
    return numbers("positions", node, POSITION_MAX);
  }

  private Extraction usage(String provider, String flavor, JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return extraction(Usage.MISSING);
    }
    if (node.path("buckets").isObject()) {
      return extraction(buckets(node));
    }
    if (provider.isEmpty()) {
      return extraction(Usage.MISSING);
    }
    try {
      return profiles.extract(provider, flavor, node);
    } catch (Failure unknown) {
      violations.addAll(unknown.violations());
      return extraction(Usage.MISSING);
    }
  }

  private static Extraction extraction(Usage usage) {
    return new Extraction(usage, "", "", "", new LinkedHashMap<>(), List.of());
  }

  private Usage buckets(JsonNode node) {
    for (var field : node.properties()) {
      if (!field.getKey().equals("buckets")) {
        reject("usage." + clip(field.getKey()), "unknown (expected: nothing beside buckets)");
      }
    }
    var before = violations.size();
    var buckets = numbers("usage.buckets", node.path("buckets"), Usage.QUANTITY_MAX);
    if (violations.size() == before) {
      violations.addAll(Usage.violations("usage.buckets", buckets));
    }
    return violations.size() == before ? Usage.of(buckets) : Usage.MISSING;
  }

  private Map<String, Long> numbers(String field, JsonNode node, long max) {
    var numbers = new HashMap<String, Long>();
    for (var each : node.properties()) {
      var value = each.getValue();
      if (value.isIntegralNumber()
          && value.canConvertToLong()
          && value.longValue() >= 0
          && value.longValue() <= max) {
        numbers.put(each.getKey(), value.longValue());
      } else {
        reject(
            field + "[" + clip(each.getKey()) + "]",
            shown(value) + " (expected: a whole number from 0 to " + max + ")");
      }
    }
    return numbers;
  }

  private void reject(String field, String description) {
    violations.add(new Violation(field, description));
  }

  private static String shown(JsonNode node) {
    return node.isContainerNode() ? "a JSON structure" : clip(node.toString());
  }

  private static String clip(String text) {
    return text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "..." : text;
  }
}
