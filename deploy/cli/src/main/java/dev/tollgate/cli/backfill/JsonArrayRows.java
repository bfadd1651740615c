package dev.tollgate.cli.backfill;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.util.Optional;

/// Rows of one JSON array, which may be the `data` of an object. Only one row is in memory.
final class JsonArrayRows implements Rows {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final JsonParser parser;
  private boolean isInside;
  private boolean isOver;

  JsonArrayRows(Reader reader) throws IOException {
    this.parser = JSON.getFactory().createParser(reader);
  }

  @Override
  public Optional<Read> next() throws IOException {
    if (isOver) {
      return Optional.empty();
    }
    try {
      enter();
      var token = parser.nextToken();
      if (token == JsonToken.END_ARRAY) {
        isOver = true;
        return Optional.empty();
      }
      var line = parser.currentLocation().getLineNr();
      JsonNode node = JSON.readTree(parser);
      return Optional.of(
          token == JsonToken.START_OBJECT
              ? new Read.Row(new SourceRow(line, node))
              : new Read.Unreadable(line, "not an object (expected: a JSON object)"));
    } catch (JsonProcessingException malformed) {
      isOver = true;
      return Optional.of(
          new Read.Unreadable(
              malformed.getLocation().getLineNr(),
              "not JSON at column %d; nothing of the file is read from here on"
                  .formatted(malformed.getLocation().getColumnNr())));
    }
  }

  /* The first array that there is holds the rows. */
  private void enter() throws IOException {
    while (!isInside) {
      isInside = parser.nextToken() == JsonToken.START_ARRAY;
      if (!isInside && parser.currentToken() == null) {
        throw new com.fasterxml.jackson.core.JsonParseException(parser, "no array of rows");
      }
    }
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
