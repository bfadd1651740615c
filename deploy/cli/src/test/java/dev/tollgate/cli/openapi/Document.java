package dev.tollgate.cli.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.List;

/// An OpenAPI document, as a client reads it that knows nothing else.
final class Document {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(VersionFlag.V202012);
  private static final SchemaValidatorsConfig STRICT =
      SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();

  private final JsonNode root;

  private Document(JsonNode root) {
    this.root = root;
  }

  static Document parse(String text) throws Exception {
    return new Document(JSON.readTree(text));
  }

  /// Every method of every path, in the document's order.
  List<Operation> operations() {
    var all = new ArrayList<Operation>();
    for (var path : root.get("paths").properties()) {
      for (var verb : path.getValue().properties()) {
        all.add(new Operation(this, verb.getKey(), path.getKey(), verb.getValue()));
      }
    }
    return all;
  }

  /// The schema itself, where it is a reference to one.
  JsonNode resolve(JsonNode schema) {
    var reference = schema.path("$ref").asText();
    return reference.isEmpty() ? schema : root.at(reference.substring(1));
  }

  /// What validates against the schema, which may refer to others of the document.
  JsonSchema validator(JsonNode schema) {
    ObjectNode self = JSON.createObjectNode();
    self.putArray("allOf").add(schema);
    self.set("components", root.get("components"));
    return SCHEMAS.getSchema(self, STRICT);
  }

  /// In what the JSON is not what its schema says.
  static List<String> mistakes(JsonSchema schema, String json) throws Exception {
    return schema.validate(JSON.readTree(json)).stream()
        .map(ValidationMessage::getMessage)
        .toList();
  }
}
