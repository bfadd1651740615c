package dev.tollgate.shared;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.NullMarked;

/// Tables with a header, whose values may be quoted.
@NullMarked
public final class Csv {
  /// A line of a table.
  public record Row(Map<String, String> values) {
    public String get(String column) {
      return Objects.requireNonNull(values.get(column), column);
    }
  }

  private Csv() {}

  /// Of the data beside the repository.
  public static List<Row> shared(String name) throws IOException {
    return rows(Files.readAllLines(SharedData.file(name)));
  }

  /// A resource beside the class.
  public static List<Row> resource(Class<?> test, String name) throws IOException {
    try (var in = test.getResourceAsStream(name)) {
      var bytes = Objects.requireNonNull(in, name).readAllBytes();
      return rows(new String(bytes, StandardCharsets.UTF_8).lines().toList());
    }
  }

  /// Of lines, the first of which is the header; each must have as many values as it.
  public static List<Row> rows(List<String> lines) {
    var rows = new ArrayList<Row>();
    var header = values(lines.getFirst());
    for (var line : lines.subList(1, lines.size())) {
      var values = values(line);
      if (values.size() != header.size()) {
        throw new AssertionError(line + ": " + values.size() + " values of " + header.size());
      }
      var row = new HashMap<String, String>();
      for (int i = 0; i < header.size(); i++) {
        row.put(header.get(i), values.get(i));
      }
      rows.add(new Row(row));
    }
    return rows;
  }

  /// A quoted value may hold commas and doubled quotes.
  private static List<String> values(String line) {
    var values = new ArrayList<String>();
    var value = new StringBuilder();
    var quoted = false;
    for (int i = 0; i < line.length(); i++) {
      var c = line.charAt(i);
      if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        value.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        values.add(value.toString());
        value.setLength(0);
      } else {
        value.append(c);
      }
    }
    values.add(value.toString());
    return values;
  }
}
