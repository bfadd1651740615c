package dev.tollgate.kernel.http;

import dev.tollgate.failure.Failure;
import dev.tollgate.kernel.field.Shown;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The path of a `google.api.http` annotation: `/v1/budgets/{budget_id}`, with an optional verb at
/// the end (`:revoke`). A variable is one segment.
record PathTemplate(String text, Pattern pattern, List<String> variables) {
  private static final Pattern VARIABLE = Pattern.compile("\\{([a-z0-9_.]+)}");

  static PathTemplate parse(String text) {
    var regex = new StringBuilder();
    var variables = new ArrayList<String>();
    var matcher = VARIABLE.matcher(text);
    var end = 0;
    while (matcher.find()) {
      regex.append(literal(text.substring(end, matcher.start())));
      // A colon starts the verb; one inside a value is written %3A.
      regex.append("([^/:]+)");
      variables.add(matcher.group(1));
      end = matcher.end();
    }
    regex.append(literal(text.substring(end)));
    return new PathTemplate(text, Pattern.compile(regex.toString()), List.copyOf(variables));
  }

  private static String literal(String literal) {
    if (literal.contains("{") || literal.contains("*")) {
      throw new IllegalArgumentException(literal + " (expected: variables of one segment only)");
    }
    return Pattern.quote(literal);
  }

  /// The variables' values, decoded; empty where the raw path is another one.
  Optional<Map<String, String>> match(String rawPath) {
    var matcher = pattern.matcher(rawPath);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    var values = new LinkedHashMap<String, String>();
    for (int i = 0; i < variables.size(); i++) {
      var raw = matcher.group(i + 1);
      values.put(variables.get(i), decode(variables.get(i), raw.replace("+", "%2B")));
    }
    return Optional.of(values);
  }

  /// Undoes form encoding: `+` is a space.
  static String decode(String field, String raw) {
    try {
      return URLDecoder.decode(raw, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Failure.invalid(field, Shown.text(raw) + " (expected: %XX escapes)");
    }
  }
}
