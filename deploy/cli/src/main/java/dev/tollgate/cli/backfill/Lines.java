package dev.tollgate.cli.backfill;

import java.io.IOException;
import java.io.Reader;
import java.util.Optional;

/// The lines of a file, none of which may be longer than memory allows: of one that is, only the
/// beginning is kept. Counts them.
final class Lines {
  /// Most characters of a line, or of a row.
  static final int CHARS_MAX = 16 << 20;

  private final Reader reader;
  private long count;

  Lines(Reader reader) {
    this.reader = reader;
  }

  /// How many were read.
  long count() {
    return count;
  }

  /// Empty at the end. One character above the bound says that it was longer.
  Optional<String> next() throws IOException {
    var line = new StringBuilder();
    int next = reader.read();
    if (next < 0) {
      return Optional.empty();
    }
    for (; next >= 0 && next != '\n'; next = reader.read()) {
      if (line.length() <= CHARS_MAX) {
        line.append((char) next);
      }
    }
    count++;
    return Optional.of(line.toString());
  }
}
