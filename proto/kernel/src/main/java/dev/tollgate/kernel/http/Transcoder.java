package dev.tollgate.kernel.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.kernel.field.Shown;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Turns HTTP requests into messages and answers into JSON, as `google.api.http` and protobuf's
/// JSON mapping say. Fields without presence are always printed, so that an answer's shape is
/// stable.
final class Transcoder {
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().alwaysPrintFieldsWithNoPresence().omittingInsignificantWhitespace();

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
    return parse(route, tree);
  }

  static String print(Message answer) {
    try {
      return PRINTER.print(answer);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(
          answer.getDescriptorForType().getFullName() + " can't be printed", e);
    }
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

  /// The parameters by name, in the order in which they came.
  private static Map<String, List<String>> query(String rawQuery) {
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

  private static Message parse(Route route, JsonNode tree) {
    var builder = route.prototype().newBuilderForType();
    try {
      JsonFormat.parser().merge(tree.toString(), builder);
      return builder.build();
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      // JsonFormat says what is wrong, but not where: look for it field by field.
      var mistakes = Mistakes.in(route.schema().getInputType(), tree);
      throw mistakes.isEmpty()
          ? Json.invalid(String.valueOf(e.getMessage()))
          : Failure.invalid(mistakes);
    }
  }
}
