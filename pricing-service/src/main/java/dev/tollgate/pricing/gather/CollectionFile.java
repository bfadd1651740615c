package dev.tollgate.pricing.gather;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tollgate.failure.Failure;
import java.io.IOException;

/// Reads the JSON of a collection, which nobody vouches for: numbers exactly, each name of an
/// object once, and all within bounds.
final class CollectionFile {
  /// The largest file that is read.
  static final int BYTES_MAX = 16 << 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxStringLength(100_000)
                          .maxNumberLength(100)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private CollectionFile() {}

  /// @throws Failure FIELD_INVALID naming line and column
  static JsonNode read(byte[] file) {
    if (file.length > BYTES_MAX) {
      throw Failure.invalid(
          "file", "%d bytes (expected: at most %d)".formatted(file.length, BYTES_MAX));
    }
    try {
      return JSON.readTree(file);
    } catch (JsonProcessingException e) {
      var place = e.getLocation();
      throw Failure.invalid(
          "file",
          place == null
              ? "is not JSON: " + e.getOriginalMessage()
              : "is not JSON at line %d, column %d: %s"
                  .formatted(place.getLineNr(), place.getColumnNr(), e.getOriginalMessage()));
    } catch (IOException e) {
      throw Failure.invalid("file", "is not JSON: " + e.getMessage());
    }
  }
}
