package dev.tollgate.cli.backfill;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Rows of CSV whose first row names the columns: commas, quotes doubled inside quotes, line ends
/// allowed in them.
final class CsvRows implements Rows {
  private final Reader reader;
  private List<String> columns = List.of();
  private long line = 1;
  private int peeked = -2;

  CsvRows(Reader reader) {
    this.reader = reader;
  }

  @Override
  public Optional<Read> next() throws IOException {
    if (columns.isEmpty()) {
      columns = record().orElse(List.of());
    }
    while (true) {
      var begins = line;
      var cells = record();
      if (cells.isEmpty()) {
        return Optional.empty();
      }
      if (cells.get().size() > 1 || !cells.get().getFirst().isEmpty()) {
        return Optional.of(read(begins, cells.get()));
      }
    }
  }

  private Read read(long begins, List<String> cells) {
    var length = cells.stream().mapToLong(String::length).sum();
    if (length > Lines.CHARS_MAX) {
      return new Read.Unreadable(begins, "longer than " + Lines.CHARS_MAX + " characters");
    }
    if (cells.size() != columns.size()) {
      return new Read.Unreadable(
          begins, cells.size() + " cells (expected: " + columns.size() + ", as in the first row)");
    }
    var fields = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < columns.size(); i++) {
      fields.put(columns.get(i), cells.get(i));
    }
    return new Read.Row(new SourceRow(begins, fields));
  }

  private Optional<List<String>> record() throws IOException {
    if (peek() < 0) {
      return Optional.empty();
    }
    var cells = new ArrayList<String>();
    var cell = new StringBuilder();
    long kept = 0;
    var isQuoted = false;
    for (int next = take(); next >= 0; next = take()) {
      if (next == '"' && isQuoted && peek() == '"') {
        kept += keep(cell, take(), kept);
      } else if (next == '"') {
        isQuoted = !isQuoted;
      } else if (next == ',' && !isQuoted) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else if (next == '\n' && !isQuoted) {
        break;
      } else if (next != '\r' || isQuoted) {
        kept += keep(cell, next, kept);
      }
    }
    cells.add(cell.toString());
    return Optional.of(cells);
  }

  /* Of a row that is too long, just enough to tell. */
  private static int keep(StringBuilder cell, int next, long kept) {
    if (kept > Lines.CHARS_MAX) {
      return 0;
    }
    cell.append((char) next);
    return 1;
  }

  private int take() throws IOException {
    var taken = peek();
    peeked = -2;
    if (taken == '\n') {
      line++;
    }
    return taken;
  }

  private int peek() throws IOException {
    if (peeked == -2) {
      peeked = reader.read();
    }
    return peeked;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
