package dev.tollgate.cli.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;

/// What an attacker or a careless program would send.
final class Hostile {
  static final String SQL = "x' OR 1=1; DROP TABLE usage_events; -- {t:String} \\";

  /// How deep a request's fields are tried: schemas may hold themselves.
  static final int DEPTH_MAX = 7;

  private Hostile() {}

  /// For a text, SQL; for a number, its edges.
  static List<JsonNode> values(JsonNode schema) {
    return switch (schema.path("type").asText() + schema.path("format").asText()) {
      case "integerint32" ->
          List.of(new IntNode(Integer.MIN_VALUE), new IntNode(Integer.MAX_VALUE));
      case "stringint64" ->
          List.of(text(Long.toString(Long.MIN_VALUE)), text(Long.toString(Long.MAX_VALUE)));
      case "number" -> List.of(new DoubleNode(-Double.MAX_VALUE), text("NaN"));
      case "boolean" -> List.of(BooleanNode.TRUE);
      case "stringdate-time" -> List.of(text("0001-01-01T00:00:00Z"), text("9999-12-31T23:59:59Z"));
      default -> List.of(text(SQL));
    };
  }

  private static JsonNode text(String value) {
    return new TextNode(value);
  }

  /// A copy of the request with the value at a place, which is made where there is none.
  static ObjectNode with(ObjectNode request, List<String> at, JsonNode value) {
    var copy = request.deepCopy();
    JsonNode owner = copy;
    for (int i = 0; i < at.size() - 1; i++) {
      var inside = get(owner, at.get(i));
      if (!inside.isContainerNode()) {
        inside = at.get(i + 1).equals("0") ? copy.arrayNode() : copy.objectNode();
        set(owner, at.get(i), inside);
      }
      owner = inside;
    }
    set(owner, at.getLast(), value);
    return copy;
  }

  private static JsonNode get(JsonNode owner, String name) {
    return owner.isArray() ? owner.path(Integer.parseInt(name)) : owner.path(name);
  }

  private static void set(JsonNode owner, String name, JsonNode value) {
    if (owner instanceof ObjectNode object) {
      object.set(name, value);
    } else if (owner instanceof ArrayNode array && array.isEmpty()) {
      array.add(value);
    } else if (owner instanceof ArrayNode array) {
      array.set(Integer.parseInt(name), value);
    }
  }
}
