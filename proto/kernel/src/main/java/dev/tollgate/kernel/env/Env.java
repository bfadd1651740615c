package dev.tollgate.kernel.env;

import dev.tollgate.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The environment variables with one prefix, read into types. A mistake is collected and the
/// default returned in its place, so that [#check] can name all of them at once. Not safe for
/// concurrent use.
public final class Env {
  private final Map<String, String> variables;
  private final String prefix;
  private final SortedMap<String, String> effective = new TreeMap<>();
  private final List<String> mistakes = new ArrayList<>();

  private Env(Map<String, String> variables, String prefix) {
    this.variables = variables;
    this.prefix = prefix;
  }

  /// Reads the variables whose names begin with the prefix, which ends in an underscore.
  public static Env of(Map<String, String> variables, String prefix) {
    return new Env(Map.copyOf(variables), prefix);
  }

  /// A port to listen on; 0 is any free one.
  public int port(String name, int byDefault) {
    return (int) whole(name, byDefault, 0, 65_535, "a port from 0 to 65535");
  }

  public int number(String name, int byDefault, int min, int max) {
    return (int) whole(name, byDefault, min, max, "a whole number from " + min + " to " + max);
  }

  /// A size in bytes, as a plain number.
  public long bytes(String name, long byDefault, long min, long max) {
    return whole(name, byDefault, min, max, "a number of bytes from " + min + " to " + max);
  }

  public String text(String name, String byDefault) {
    return parsed(name, byDefault, "a text", text -> text);
  }

  public Optional<String> text(String name) {
    var value = raw(name);
    effective.put(prefix + name, value.orElse("(none)"));
    return value;
  }

  public URI uri(String name, URI byDefault) {
    return parsed(name, byDefault, "a URI with scheme and host", Env::uriOf);
  }

  /// An ISO-8601 duration above zero: `PT1.5S`.
  public Duration duration(String name, Duration byDefault) {
    return parsed(name, byDefault, "an ISO-8601 duration above zero, like PT5S", Env::durationOf);
  }

  public Path path(String name, Path byDefault) {
    return parsed(name, byDefault, "a path", Path::of);
  }

  public Optional<Path> path(String name) {
    return text(name)
        .flatMap(text -> Optional.ofNullable(parse(name, text, "a path", null, Path::of)));
  }

  public boolean flag(String name, boolean byDefault) {
    return parsed(name, byDefault, "true or false", Env::flagOf);
  }

  /// A secret, given in the variable itself or in the file that `NAME_FILE` names.
  public Optional<Secret> secret(String name) {
    var fileName = name + "_FILE";
    var value = raw(name);
    var file = raw(fileName);
    effective.put(prefix + fileName, file.orElse("(none)"));
    if (value.isPresent() && file.isPresent()) {
      mistakes.add(prefix + name + ": *** (expected: not together with " + prefix + fileName + ")");
    }
    var secret = file.map(path -> contentOf(fileName, path)).or(() -> value).map(Secret::new);
    effective.put(prefix + name, secret.isPresent() ? "***" : "(none)");
    return secret;
  }

  public Secret requiredSecret(String name) {
    var before = mistakes.size();
    var secret = secret(name);
    if (secret.isEmpty() || (secret.get().reveal().isEmpty() && mistakes.size() == before)) {
      mistakes.add(prefix + name + ": missing (expected: a secret, here or in a file by _FILE)");
    }
    return secret.orElseGet(() -> new Secret(""));
  }

  /// Adds a mistake that only the reader of several variables together can see.
  public void reject(String name, String value, String expectation) {
    mistakes.add(prefix + name + ": \"" + value + "\" (expected: " + expectation + ")");
  }

  /// Throws where anything read so far was a mistake, or a variable with the prefix was never asked
  /// for.
  public void check() {
    var all = new ArrayList<>(mistakes);
    new TreeMap<>(variables)
        .keySet().stream()
            .filter(name -> name.startsWith(prefix) && !effective.containsKey(name))
            .forEach(name -> all.add(name + ": unknown (expected: one of " + names() + ")"));
    if (!all.isEmpty()) {
      throw new SettingsInvalid(all);
    }
  }

  /// Everything asked for so far with the value in force, secrets as `***`: for the log.
  public SortedMap<String, String> effective() {
    return Collections.unmodifiableSortedMap(effective);
  }

  private String names() {
    return String.join(", ", effective.keySet());
  }

  private Optional<String> raw(String name) {
    return Optional.ofNullable(variables.get(prefix + name));
  }

  private long whole(String name, long byDefault, long min, long max, String expectation) {
    return parsed(
        name,
        byDefault,
        expectation,
        text -> {
          var value = Long.parseLong(text);
          if (value < min || value > max) {
            throw new IllegalArgumentException(text);
          }
          return value;
        });
  }

  private interface Parser<T> {
    T parse(String text) throws URISyntaxException;
  }

  private <T> T parsed(String name, T byDefault, String expectation, Parser<T> parser) {
    var value = raw(name);
    effective.put(prefix + name, value.orElseGet(() -> String.valueOf(byDefault)));
    return value.map(text -> parse(name, text, expectation, byDefault, parser)).orElse(byDefault);
  }

  private <T extends @org.jspecify.annotations.Nullable Object> T parse(
      String name, String text, String expectation, T byDefault, Parser<? extends T> parser) {
    try {
      if (text.isBlank()) {
        throw new IllegalArgumentException("blank");
      }
      return parser.parse(text);
    } catch (IllegalArgumentException | URISyntaxException | DateTimeParseException wrong) {
      reject(name, text, expectation);
      return byDefault;
    }
  }

  private static URI uriOf(String text) throws URISyntaxException {
    var uri = new URI(text);
    if (uri.getScheme() == null || uri.getHost() == null) {
      throw new IllegalArgumentException(text);
    }
    return uri;
  }

  private static Duration durationOf(String text) {
    var duration = Duration.parse(text);
    if (!duration.isPositive()) {
      throw new IllegalArgumentException(text);
    }
    return duration;
  }

  private static boolean flagOf(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private String contentOf(String name, String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException | InvalidPathException unreadable) {
      reject(name, file, "a readable file");
      return "";
    }
  }
}
