package dev.tollgate.query.statement;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The text of a resource `sql/<name>.sql`, with places `$name` that a builder fills.
public final class Template {
  private static final Pattern COMMENT = Pattern.compile("(?m)^--.*\\R");
  private static final Pattern PLACE = Pattern.compile("\\$([a-z]+)");

  private final String text;

  private Template(String text) {
    this.text = text;
  }

  /// Reads the resource; its absence is a bug.
  public static Template read(String name) {
    var resource = "/sql/" + name + ".sql";
    try (var stream = Template.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalArgumentException(resource + " (expected: a resource)");
      }
      var text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return new Template(COMMENT.matcher(text).replaceAll(""));
    } catch (IOException broken) {
      throw new UncheckedIOException(resource, broken);
    }
  }

  boolean has(String place) {
    return text.contains("$" + place);
  }

  /// The text with each place replaced; a place without a filling is a bug.
  public String fill(Map<String, String> fillings) {
    return PLACE
        .matcher(text)
        .replaceAll(place -> {
          var filling = fillings.get(place.group(1));
          if (filling == null) {
            throw new IllegalArgumentException(place.group() + ": no filling");
          }
          return Matcher.quoteReplacement(filling);
        });
  }
}
