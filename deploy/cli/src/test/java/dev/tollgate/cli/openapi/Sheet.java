package dev.tollgate.cli.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.shared.Csv;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// An answer as CSV, beside the same as JSON.
final class Sheet {
  private static final Pattern PART = Pattern.compile("([A-Z])");

  private Sheet() {}

  /// By the query.
  static ObjectNode asked(ObjectNode request) {
    var copy = request.deepCopy();
    copy.withObject("/query").put("format", "csv");
    return copy;
  }

  /// By the header.
  static ObjectNode accepted(ObjectNode request) {
    var copy = request.deepCopy();
    copy.withObject("/header").put("accept", "text/csv");
    return copy;
  }

  /// In what the CSV says something else than the JSON; empty where it does not.
  static List<String> mistakes(Answer csv, Answer json) {
    if (csv.status() != 200 || !csv.contentType().equals("text/csv; charset=utf-8")) {
      return List.of(csv.status() + " " + csv.contentType());
    }
    var expected = rows(json.json());
    var lines = csv.body().lines().toList();
    // Where nothing has a value, there may be no column.
    var rows = csv.body().isBlank() ? List.<Csv.Row>of() : Csv.rows(lines);
    var mistakes = new ArrayList<String>();
    if (rows.size() != expected.size()) {
      mistakes.add(rows.size() + " rows (expected: " + expected.size() + ")");
      return mistakes;
    }
    for (var i = 0; i < rows.size(); i++) {
      for (var field : expected.get(i).properties()) {
        var column = PART.matcher(field.getKey()).replaceAll("_$1").toLowerCase(Locale.ROOT);
        var cell = rows.get(i).values().getOrDefault(column, field.getValue().asText());
        if (field.getValue().isTextual() && !cell.equals(field.getValue().asText())) {
          mistakes.add(column + ": " + cell + " (expected: " + field.getValue() + ")");
        }
      }
    }
    return mistakes;
  }

  /* Fields that are empty are not in JSON, so a table without rows may not be there at all. */
  private static JsonNode rows(JsonNode answer) {
    if (answer.has("rows")) {
      return answer.get("rows");
    }
    for (var field : answer.properties()) {
      if (field.getValue().isArray()) {
        return field.getValue();
      }
    }
    return answer.path("rows");
  }
}
