package dev.tollgate.cli.backfill;

import dev.tollgate.cli.standalone.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// Tells from how a file begins whether it holds CSV, JSON lines, or one JSON array of rows.
final class SourceFile {
  private static final int BEGINNING = 4_096;
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final Pattern ARRAY =
      Pattern.compile(
          "\\s*(\\[|\\{\\s*\"(data|observations|requests)\"\\s*:\\s*\\[).*", Pattern.DOTALL);

  private SourceFile() {}

  /// @throws Problem where it can't be read
  static Rows open(Path file) {
    try {
      // Unlike Files.newBufferedReader this replaces what is no UTF-8: one bad cell is one bad row.
      return open(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
    } catch (IOException unreadable) {
      throw unreadable(file, unreadable);
    }
  }

  static Rows open(Reader source) throws IOException {
    var reader = new BufferedReader(source, 1 << 16);
    reader.mark(1);
    if (reader.read() != BYTE_ORDER_MARK) {
      reader.reset();
    }
    reader.mark(BEGINNING);
    var beginning = new char[BEGINNING];
    var length = Math.max(0, reader.read(beginning, 0, BEGINNING));
    reader.reset();
    var text = new String(beginning, 0, length);
    if (ARRAY.matcher(text).matches()) {
      return new JsonArrayRows(reader);
    }
    return text.stripLeading().startsWith("{") ? new JsonLineRows(reader) : new CsvRows(reader);
  }

  static Problem unreadable(Path file, IOException why) {
    return new Problem(
        "can't read %s (%s): give a file of LiteLLM, Langfuse, Helicone or of our own columns"
            .formatted(file, why.getClass().getSimpleName()),
        why);
  }
}
