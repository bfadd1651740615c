package dev.tollgate.query.reconcile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The rows of a CSV text (RFC 4180), with the lines on which they begin. Not safe for concurrent
/// use.
final class CsvRows {
  private final Place place;
  private final String text;
  private int at;
  private int line = 1;

  CsvRows(Place place, String text) {
    this.place = place;
    this.text = text;
    // A byte order mark, as spreadsheets write it.
    this.at = text.startsWith("\uFEFF") ? 1 : 0;
  }

  record Row(int line, List<String> cells) {
    Row {
      cells = List.copyOf(cells);
    }
  }

  /// The next row that is not an empty line; empty at the end.
  Optional<Row> next() {
    while (at < text.length()) {
      var begins = line;
      var cells = cells();
      if (cells.size() > 1 || !cells.getFirst().isEmpty()) {
        return Optional.of(new Row(begins, cells));
      }
    }
    return Optional.empty();
  }

  private List<String> cells() {
    var cells = new ArrayList<String>();
    while (true) {
      cells.add(at < text.length() && text.charAt(at) == '"' ? quoted() : plain());
      if (at >= text.length()) {
        return cells;
      }
      var next = text.charAt(at++);
      if (next == '\r' && at < text.length() && text.charAt(at) == '\n') {
        next = text.charAt(at++);
      }
      if (next == '\n') {
        line++;
        return cells;
      }
      if (next != ',') {
        throw place.at("line " + line).bad(String.valueOf(next), "a comma after a quoted cell");
      }
    }
  }

  private String plain() {
    var start = at;
    while (at < text.length() && ",\n\r".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return text.substring(start, at);
  }

  private String quoted() {
    var begins = line;
    var cell = new StringBuilder();
    for (at++; at < text.length(); at++) {
      var next = text.charAt(at);
      if (next == '"') {
        at++;
        if (at >= text.length() || text.charAt(at) != '"') {
          return cell.toString();
        }
      } else if (next == '\n') {
        line++;
      }
      cell.append(next);
    }
    throw place.at("line " + begins).bad("\"", "a second quote");
  }
}
