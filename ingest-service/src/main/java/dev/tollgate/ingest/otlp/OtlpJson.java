package dev.tollgate.ingest.otlp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.ErrorDetailsProto;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/// OpenTelemetry's JSON: protobuf's, but with ids in hex, and fields that nobody knows ignored.
final class OtlpJson {
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> IDS = List.of("traceId", "spanId", "parentSpanId");
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer()
          .usingTypeRegistry(
              TypeRegistry.newBuilder()
                  .add(ErrorDetailsProto.getDescriptor().getMessageTypes())
                  .build())
          .omittingInsignificantWhitespace();

  private OtlpJson() {}

  /// @throws Failure BODY_INVALID saying what is wrong
  static <M extends Message> M read(ByteString json, M prototype) {
    try {
      var tree = JSON.readTree(json.toStringUtf8());
      if (!tree.isObject()) {
        throw invalid("The body is no JSON object");
      }
      decodeIds(tree);
      var message = prototype.newBuilderForType();
      JsonFormat.parser().ignoringUnknownFields().merge(JSON.writeValueAsString(tree), message);
      @SuppressWarnings("unchecked") // a message's builder builds messages of its type
      var read = (M) message.build();
      return read;
    } catch (JsonProcessingException malformed) {
      var at = malformed.getLocation();
      throw invalid(
          "The body is no JSON"
              + (at == null ? "" : ": line " + at.getLineNr() + ", column " + at.getColumnNr()));
    } catch (InvalidProtocolBufferException malformed) {
      // What the parser says of it may repeat what people said.
      throw invalid("The body is no " + prototype.getDescriptorForType().getFullName());
    }
  }

  static String print(Message message) {
    try {
      return PRINTER.print(message);
    } catch (InvalidProtocolBufferException unknownDetail) {
      throw new IllegalStateException(unknownDetail);
    }
  }

  /* Attributes are values under `key`, never fields: whatever is called so is an id. */
  private static void decodeIds(JsonNode root) {
    var nodes = new ArrayDeque<JsonNode>();
    nodes.push(root);
    while (!nodes.isEmpty()) {
      var node = nodes.pop();
      if (node instanceof ObjectNode object) {
        IDS.forEach(id -> decode(object, id));
      }
      node.forEach(nodes::push);
    }
  }

  private static void decode(ObjectNode object, String name) {
    var id = object.get(name);
    if (id == null || !id.isTextual()) {
      return;
    }
    try {
      object.put(name, Base64.getEncoder().encodeToString(HexFormat.of().parseHex(id.textValue())));
    } catch (IllegalArgumentException noHex) {
      throw invalid(name + ": no hex (expected: as OTLP's JSON says)");
    }
  }

  private static Failure invalid(String message) {
    return Failure.of(Reason.BODY_INVALID, message);
  }
}
