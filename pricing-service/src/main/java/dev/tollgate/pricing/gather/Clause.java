package dev.tollgate.pricing.gather;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.rating.Glob;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// One rule of names in genai-prices: which names are a model's.
///
/// @param text what names are compared with; of a GLOB its pattern
/// @param parts of ANY and ALL
record Clause(Kind kind, String text, List<Clause> parts) {
  /// How a name is compared.
  enum Kind {
    EQUALS,
    STARTS_WITH,
    ENDS_WITH,
    CONTAINS,
    /// A regular expression that says no more than a pattern of ours.
    GLOB,
    ANY,
    ALL
  }

  private static final Map<String, Kind> KINDS =
      Map.of(
          "equals", Kind.EQUALS,
          "starts_with", Kind.STARTS_WITH,
          "ends_with", Kind.ENDS_WITH,
          "contains", Kind.CONTAINS,
          "or", Kind.ANY,
          "and", Kind.ALL);

  private static final int DEPTH_MAX = 4;
  private static final int TEXT_MAX = 200;
  private static final int DIGITS_MAX = 32;

  /* Literals, escaped points and hyphens, `\d` and `\d{n}`: all that stands in the data today. */
  private static final Pattern REGEX_PART =
      Pattern.compile("([A-Za-z0-9_/:@-])|\\\\([.-])|\\\\d(?:\\{(\\d{1,2})})?");

  /// Empty where it is none that can be followed.
  static Optional<Clause> of(JsonNode node) {
    return of(node, DEPTH_MAX);
  }

  private static Optional<Clause> of(JsonNode node, int depth) {
    if (!node.isObject() || node.size() != 1 || depth == 0) {
      return Optional.empty();
    }
    var field = node.properties().iterator().next();
    var value = field.getValue();
    if (field.getKey().equals("regex")) {
      return glob(value.asText()).map(glob -> new Clause(Kind.GLOB, glob, List.of()));
    }
    var kind = KINDS.get(field.getKey());
    if (kind == Kind.ANY || kind == Kind.ALL) {
      return several(kind, value, depth);
    }
    var text = value.asText();
    var clause =
        kind == null ? Optional.<Clause>empty() : Optional.of(new Clause(kind, text, List.of()));
    return clause.filter(each -> value.isTextual() && isName(text) && each.isFreeOfPlaceholders());
  }

  private static Optional<Clause> several(Kind kind, JsonNode list, int depth) {
    var parts = new ArrayList<Clause>();
    for (var each : list) {
      of(each, depth - 1).ifPresent(parts::add);
    }
    return list.isEmpty() || parts.size() < list.size()
        ? Optional.empty()
        : Optional.of(new Clause(kind, "", List.copyOf(parts)));
  }

  /// Whether a book can hold it as a name.
  static boolean isName(String text) {
    return text.length() <= TEXT_MAX && text.matches("[!-~]([ -~]*[!-~])?");
  }

  /* In a pattern of ours their characters would stand for others. */
  private boolean isFreeOfPlaceholders() {
    return (kind != Kind.CONTAINS && kind != Kind.ENDS_WITH) || new Glob(text).isLiteral();
  }

  /* They search, so that without anchors anything may stand before and behind. */
  private static Optional<String> glob(String regex) {
    var anchored = regex.startsWith("^");
    var ends = regex.endsWith("$");
    var body = regex.substring(anchored ? 1 : 0, regex.length() - (ends ? 1 : 0));
    var glob = new StringBuilder(anchored ? "" : "*");
    var parts = REGEX_PART.matcher(body);
    var at = 0;
    while (at < body.length()) {
      if (!parts.find(at) || parts.start() != at || body.length() > TEXT_MAX) {
        return Optional.empty();
      }
      at = parts.end();
      if (parts.group(1) != null) {
        glob.append(parts.group(1));
      } else if (parts.group(2) != null) {
        glob.append(parts.group(2));
      } else {
        var digits = parts.group(3) == null ? 1 : Integer.parseInt(parts.group(3));
        if (digits > DIGITS_MAX) {
          return Optional.empty();
        }
        glob.repeat('#', digits);
      }
    }
    return glob.isEmpty() ? Optional.empty() : Optional.of(glob + (ends ? "" : "*"));
  }

  /// As they compare: the name as it is, and in small letters.
  boolean matches(String name) {
    return matchesExactly(name) || matchesExactly(name.toLowerCase(Locale.ROOT));
  }

  private boolean matchesExactly(String name) {
    return switch (kind) {
      case EQUALS -> name.equals(text);
      case STARTS_WITH -> name.startsWith(text);
      case ENDS_WITH -> name.endsWith(text);
      case CONTAINS -> name.contains(text);
      case GLOB -> new Glob(text).matches(name);
      case ANY -> parts.stream().anyMatch(part -> part.matchesExactly(name));
      case ALL -> parts.stream().allMatch(part -> part.matchesExactly(name));
    };
  }

  /// The rules of which any one suffices.
  Stream<Clause> alternatives() {
    return kind == Kind.ANY ? parts.stream().flatMap(Clause::alternatives) : Stream.of(this);
  }

  /// The same as a pattern of ours; empty for ALL, which has none, and what needs none.
  Optional<Glob> pattern() {
    return switch (kind) {
      case ENDS_WITH -> Optional.of(new Glob("*" + text));
      case CONTAINS -> Optional.of(new Glob("*" + text + "*"));
      case GLOB -> Optional.of(new Glob(text));
      case EQUALS, STARTS_WITH, ANY, ALL -> Optional.empty();
    };
  }
}
