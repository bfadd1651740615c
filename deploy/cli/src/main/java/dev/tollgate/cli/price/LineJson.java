package dev.tollgate.cli.price;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tollgate.failure.Failure;
import java.io.IOException;
import java.io.OutputStream;

/// The JSON of lines. Read strictly: exact numbers, no field twice, one object a line.
final class LineJson {
  private static final int DEPTH_MAX = 40;
  private static final int NUMBER_MAX = 64;
  private static final int MESSAGE_MAX = 200;

  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .rootValueSeparator("")
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH_MAX)
                  .maxStringLength(Lines.BYTES_MAX)
                  .maxNumberLength(NUMBER_MAX)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private static final ObjectReader READER =
      JsonMapper.builder(FACTORY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build()
          .reader();

  private LineJson() {}

  /// The object that the line holds.
  ///
  /// @throws Failure FIELD_INVALID saying what is wrong and where
  static JsonNode read(Lines line) {
    if (line.isTooLong()) {
      throw invalid("more than " + Lines.BYTES_MAX + " bytes (expected: at most as many)");
    }
    var node = tree(line);
    if (!node.isObject()) {
      throw invalid("not an object (expected: a JSON object)");
    }
    return node;
  }

  /// That a line between others holds nothing.
  static Failure blank() {
    return invalid("blank (expected: a JSON object)");
  }

  private static JsonNode tree(Lines line) {
    try {
      return READER.readTree(line.bytes(), 0, line.length());
    } catch (JsonProcessingException e) {
      var place = e.getLocation();
      throw notJson(place == null ? "" : " at column " + place.getColumnNr(), message(e));
    } catch (IOException | NumberFormatException e) {
      /* Jackson lets the second out where an exponent does not fit into 32 bits. */
      throw notJson("", String.valueOf(e.getMessage()));
    }
  }

  private static String message(JsonProcessingException e) {
    return String.valueOf(e.getOriginalMessage());
  }

  private static Failure notJson(String place, String message) {
    var first = message.lines().findFirst().orElse("");
    var cut = first.length() > MESSAGE_MAX ? first.substring(0, MESSAGE_MAX) + "..." : first;
    return invalid("is not JSON" + place + ": " + cut);
  }

  private static Failure invalid(String description) {
    return Failure.invalid("line", description);
  }

  static JsonGenerator generator(OutputStream out) throws IOException {
    return FACTORY.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
  }
}
