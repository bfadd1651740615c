package dev.tollgate.cli.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/// What names things: learned from answers, by the name of its field, and put into requests.
final class Handles {
  private static final Pattern HANDLE = Pattern.compile("(.*Id|.*Ids|etag|version)");
  private static final Pattern PART = Pattern.compile("_([a-z])");

  private final Map<String, JsonNode> latest = new HashMap<>();
  private int made;

  /// Remembers the handles in an answer; of several of one name, the first.
  void learn(JsonNode answer) {
    var found = new HashMap<String, JsonNode>();
    visit(
        answer,
        (name, value) -> {
          if (!value.asText().isEmpty()) {
            found.putIfAbsent(name, value);
          }
          return value;
        });
    latest.putAll(found);
  }

  /// The request with the handles that were learned.
  ObjectNode known(ObjectNode request) {
    return replaced(request, (name, value) -> latest.getOrDefault(name, value));
  }

  /// The request with ids that nothing has yet.
  ObjectNode fresh(ObjectNode request) {
    made++;
    return replaced(
        request,
        (name, value) -> name.endsWith("Id") ? new TextNode(value.asText() + "-" + made) : value);
  }

  private static ObjectNode replaced(
      ObjectNode request, BiFunction<String, JsonNode, JsonNode> change) {
    var copy = request.deepCopy();
    visit(copy, change);
    return copy;
  }

  private static void visit(JsonNode node, BiFunction<String, JsonNode, JsonNode> change) {
    if (node instanceof ObjectNode object) {
      for (var field : object.properties()) {
        var name = camel(field.getKey());
        var value = field.getValue();
        if (value.isValueNode() && HANDLE.matcher(name).matches()) {
          field.setValue(change.apply(name, value));
        } else if (name.endsWith("Ids") && value instanceof ArrayNode many && !many.isEmpty()) {
          many.set(0, change.apply(name.substring(0, name.length() - 1), many.get(0)));
        } else {
          visit(value, change);
        }
      }
    } else {
      node.forEach(each -> visit(each, change));
    }
  }

  private static String camel(String name) {
    return PART.matcher(name).replaceAll(part -> part.group(1).toUpperCase(Locale.ROOT));
  }
}
