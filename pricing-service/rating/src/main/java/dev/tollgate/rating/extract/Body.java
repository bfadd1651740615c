package dev.tollgate.rating.extract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// A usage body as a profile sees it: the usage, and the response around it.
///
/// @param prefix the path of the usage in the body, with a point; empty where it is the body
/// @param around from the usage outwards: where else a service tier may stand
record Body(String prefix, JsonNode usage, List<JsonNode> around) {
  static Body of(List<Path> roots, JsonNode body) {
    for (var root : roots) {
      var holder = body;
      var node = body;
      for (var step : root.steps()) {
        holder = node;
        node = node.path(step.name());
      }
      if (!node.isMissingNode()) {
        return new Body(root.text() + ".", node, List.of(node, holder, body));
      }
    }
    /* usage: null where the root lies below it. */
    for (var root : roots) {
      var top = body.path(root.steps().getFirst().name());
      if (top.isNull()) {
        return new Body(root.text() + ".", top, List.of(body));
      }
    }
    return new Body("", body, List.of(body));
  }

  /// Whether the body says nothing about usage, as opposed to something wrong.
  boolean isSilent() {
    return usage.isNull() || usage.isMissingNode() || (usage.isObject() && usage.isEmpty());
  }

  /// Whether the value is there, of whatever type.
  boolean has(Path path) {
    return usage.isObject() && !path.find(usage, flaw -> {}).isEmpty();
  }

  boolean has(Count count) {
    return count.paths().stream().anyMatch(this::has);
  }
}
