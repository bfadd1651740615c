package dev.tollgate.kernel.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// JSON, read strictly: no duplicate names, nothing after the end, no number or nesting so large
/// that reading it costs more than sending it.
final class Json {
  private static final int NESTING_MAX = 64;
  private static final int NUMBER_LENGTH_MAX = 100;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(NESTING_MAX)
                          .maxNumberLength(NUMBER_LENGTH_MAX)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  /// The body as a tree; an empty body is an empty object. BODY_INVALID where it is not JSON.
  static JsonNode parse(byte[] body) {
    if (body.length == 0) {
      return object();
    }
    try {
      var tree = MAPPER.readTree(body);
      if (tree.isMissingNode()) {
        return object();
      }
      // An escape can smuggle half a surrogate pair past the decoder; protobuf could not send it.
      if (!StandardCharsets.UTF_8.newEncoder().canEncode(tree.toString())) {
        throw invalid("half a surrogate pair");
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw invalid(firstLine(e.getOriginalMessage()));
    } catch (IOException | NumberFormatException e) {
      throw invalid(firstLine(String.valueOf(e.getMessage())));
    }
  }

  static Failure invalid(String what) {
    return Failure.of(Reason.BODY_INVALID, "The body is not what the route takes: " + what);
  }

  /// The rest of a parser's message repeats the body.
  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }

  /// Reads what we printed ourselves.
  static JsonNode own(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("our own JSON does not parse", e);
    }
  }
}
