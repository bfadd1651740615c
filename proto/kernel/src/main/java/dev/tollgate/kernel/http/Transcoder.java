package dev.tollgate.kernel.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Message;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.kernel.field.Shown;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Turns HTTP requests into messages, as `google.api.http` and protobuf's JSON mapping say.
final class Transcoder {
  private Transcoder() {}

  /// The message that path, query and body mean. FIELD_INVALID or BODY_INVALID where they mean
  /// none.
  static Message read(Route route, Map<String, String> variables, String rawQuery, byte[] body) {
    var tree = body(route, body);
    var mistakes = new ArrayList<Violation>();
    var fields = new FieldSetter(route.schema().getInputType(), tree, mistakes);
    variables.forEach(fields::bind);
    if (route.body().equals("*") && !rawQuery.isEmpty()) {
      mistakes.add(
          new Violation("query", Shown.text(rawQuery) + " (expected: every field in the body)"));
    } else {
      query(rawQuery).forEach(fields::set);
    }
    if (!mistakes.isEmpty()) {
      throw Failure.invalid(mistakes);
    }
    return JsonMessages.message(tree, route.prototype());
  }

  private static ObjectNode body(Route route, byte[] body) {
    if (route.body().isEmpty()) {
      if (body.length > 0) {
        throw Json.invalid(body.length + " bytes (expected: none)");
      }
      return Json.object();
    }
    var tree = Json.parse(body);
    if (!route.body().equals("*")) {
      return Json.object().set(route.body(), tree);
    }
    if (!(tree instanceof ObjectNode object)) {
      throw Json.invalid("an " + tree.getNodeType() + " (expected: an object)");
    }
    return object;
  }

  /// The query's parameters by name, in the order in which they came.
  static Map<String, List<String>> query(String rawQuery) {
    var parameters = new LinkedHashMap<String, List<String>>();
    for (var part : rawQuery.split("&", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      var equals = part.indexOf('=');
      var rawName = equals < 0 ? part : part.substring(0, equals);
      var name = PathTemplate.decode(rawName, rawName);
      var value = equals < 0 ? "" : PathTemplate.decode(name, part.substring(equals + 1));
      parameters.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
    }
    return parameters;
  }
}
