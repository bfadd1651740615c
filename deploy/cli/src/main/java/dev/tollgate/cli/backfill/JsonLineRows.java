package dev.tollgate.cli.backfill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.util.Optional;

/// Rows of JSON, one object per line.
final class JsonLineRows implements Rows {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final Reader reader;
  private final Lines lines;

  JsonLineRows(Reader reader) {
    this.reader = reader;
    this.lines = new Lines(reader);
  }

  @Override
  public Optional<Read> next() throws IOException {
    for (var line = lines.next(); line.isPresent(); line = lines.next()) {
      if (!line.get().isBlank()) {
        return Optional.of(read(line.get()));
      }
    }
    return Optional.empty();
  }

  private Read read(String line) {
    if (line.length() > Lines.CHARS_MAX) {
      return new Read.Unreadable(lines.count(), "longer than " + Lines.CHARS_MAX + " characters");
    }
    try {
      var node = JSON.readTree(line);
      if (node.isObject()) {
        return new Read.Row(new SourceRow(lines.count(), node));
      }
    } catch (JsonProcessingException malformed) {
      return new Read.Unreadable(
          lines.count(),
          "not JSON at column %d (expected: a JSON object)"
              .formatted(malformed.getLocation().getColumnNr()));
    }
    return new Read.Unreadable(lines.count(), "not an object (expected: a JSON object)");
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
