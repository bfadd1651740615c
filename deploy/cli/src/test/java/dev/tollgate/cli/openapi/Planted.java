package dev.tollgate.cli.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Names and amounts that nothing else has, so that they are known again wherever they show.
final class Planted {
  private static final String NAME = "planted-";
  private static final String TOKENS = "7654321";

  private static final Set<String> NAMES =
      Set.of("team", "feature", "displayName", "session", "user", "child", "parent", "costCenter");

  private Planted() {}

  /// The request with such names and amounts in the place of its own.
  static ObjectNode in(ObjectNode request) {
    var copy = request.deepCopy();
    plant(copy);
    return copy;
  }

  private static void plant(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (var field : object.properties()) {
        if (field.getValue().isTextual() && NAMES.contains(field.getKey())) {
          object.put(field.getKey(), NAME + field.getKey());
        } else if (field.getKey().equals("input") && field.getValue().isTextual()) {
          object.put(field.getKey(), TOKENS);
        } else {
          plant(field.getValue());
        }
      }
    } else {
      node.forEach(Planted::plant);
    }
  }

  /// The question about everything.
  static ObjectNode unfiltered(ObjectNode request) {
    var copy = request.deepCopy();
    for (var place : List.of("query", "body")) {
      if (copy.path(place) instanceof ObjectNode fields) {
        fields.remove(List.of("filters", "pageSize"));
      }
    }
    return copy;
  }

  /// The amounts that the rows of an answer have beside such names.
  static Set<String> amounts(JsonNode answer) {
    var amounts = new TreeSet<String>();
    for (var row : answer.path("rows")) {
      if (row.toString().contains(NAME)) {
        row.findValuesAsText("amount").stream()
            .filter(amount -> new BigDecimal(amount).signum() != 0)
            .forEach(amounts::add);
      }
    }
    return amounts;
  }

  static boolean isIn(String body, Set<String> amounts) {
    return body.contains(NAME)
        || body.contains(TOKENS)
        || amounts.stream().anyMatch(body::contains);
  }
}
