package dev.tollgate.rating.extract;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/// Lines of comma-separated values under a header; a quoted value may hold commas and, doubled,
/// quotes.
@NullMarked
final class Csv {
  private Csv() {}

  static List<Map<String, String>> rows(List<String> lines) {
    var header = values(lines.getFirst());
    var rows = new ArrayList<Map<String, String>>();
    for (var line : lines.subList(1, lines.size())) {
      var values = values(line);
      if (values.size() != header.size()) {
        throw new AssertionError(line + ": " + values.size() + " values of " + header.size());
      }
      var row = new HashMap<String, String>();
      for (int i = 0; i < header.size(); i++) {
        row.put(header.get(i), values.get(i));
      }
      rows.add(row);
    }
    return rows;
  }

  private static List<String> values(String line) {
    var values = new ArrayList<String>();
    var value = new StringBuilder();
    var quotes = 0;
    for (int i = 0; i < line.length(); i++) {
      var c = line.charAt(i);
      if (c == ',' && quotes % 2 == 0) {
        values.add(unquoted(value.toString()));
        value.setLength(0);
        continue;
      }
      quotes += c == '"' ? 1 : 0;
      value.append(c);
    }
    values.add(unquoted(value.toString()));
    return values;
  }

  private static String unquoted(String value) {
    return value.startsWith("\"")
        ? value.substring(1, value.length() - 1).replace("\"\"", "\"")
        : value;
  }
}
