package dev.tollgate.rating.extract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.tollgate.failure.Failure;
import java.io.IOException;

/// Reads JSON strictly: exact numbers, no field twice, nothing behind the end, bounded depth.
final class UsageJson {
  /// The largest usage body that is read.
  static final int BODY_BYTES_MAX = 64 << 10;

  private static final ObjectReader JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(32)
                          .maxStringLength(BODY_BYTES_MAX)
                          .maxNumberLength(64)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build()
          .reader();

  private UsageJson() {}

  /// A caller's usage body; missing where there is none.
  ///
  /// @throws Failure FIELD_INVALID saying what is wrong and where
  static JsonNode body(byte[] json) {
    if (json.length > BODY_BYTES_MAX) {
      throw Failure.invalid(
          "usage", json.length + " bytes (expected: at most " + BODY_BYTES_MAX + ")");
    }
    if (json.length == 0) {
      return MissingNode.getInstance();
    }
    try {
      return tree(json);
    } catch (JsonProcessingException e) {
      var place = e.getLocation();
      throw notJson(
          place == null ? "" : " at line " + place.getLineNr() + ", column " + place.getColumnNr(),
          e.getOriginalMessage());
    } catch (IOException e) {
      throw notJson("", String.valueOf(e.getMessage()));
    }
  }

  private static Failure notJson(String place, String message) {
    var line = message.lines().findFirst().orElse("");
    var cut = line.length() > 200 ? line.substring(0, 200) + "..." : line;
    return Failure.invalid("usage", "is not JSON" + place + ": " + cut);
  }

  static JsonNode tree(byte[] json) throws IOException {
    try {
      return JSON.readTree(json);
    } catch (NumberFormatException e) {
      /* Jackson lets this one out where an exponent does not fit into 32 bits. */
      throw new IOException(e.getMessage(), e);
    }
  }
}
