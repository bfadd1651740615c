package dev.tollgate.load.query;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// The benchmark's own SQL, by its file's name.
final class Statements {
  private Statements() {}

  /// Those of a file, which a line of `;` parts.
  static List<String> several(String name) {
    return List.of(read(name).split("(?m)^;$"));
  }

  static String read(String name) {
    try (var in = Statements.class.getResourceAsStream("/sql/" + name + ".sql")) {
      var bytes = Objects.requireNonNull(in, name).readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
