package dev.tollgate.kernel.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.kernel.field.Shown;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Puts path variables and query parameters, which are text, into the tree of a request's JSON.
/// Protobuf's JSON mapping takes numbers, enums, times and durations as text too.
final class FieldSetter {
  private final Descriptor type;
  private final ObjectNode tree;
  private final List<Violation> mistakes;

  FieldSetter(Descriptor type, ObjectNode tree, List<Violation> mistakes) {
    this.type = type;
    this.tree = tree;
    this.mistakes = mistakes;
  }

  /// Sets a path variable. The body may repeat it, but not say otherwise.
  void bind(String name, String value) {
    var field = JsonFields.find(type, name);
    var given = field == null ? null : JsonFields.get(tree, field);
    if (given != null && !given.isNull() && !given.asText().equals(value)) {
      mistakes.add(
          new Violation(
              name, Shown.clip(given.toString()) + " (expected: as in the path, " + value + ")"));
      return;
    }
    if (field != null) {
      tree.remove(List.of(field.getName(), field.getJsonName()));
    }
    set(name, List.of(value));
  }

  /// Sets a query parameter: a field's name, or a path to one inside messages, `a.b`.
  void set(String name, List<String> values) {
    var message = type;
    var node = tree;
    var parts = name.split("\\.", -1);
    for (int i = 0; i < parts.length - 1; i++) {
      var field = JsonFields.find(message, parts[i]);
      if (field == null || field.isRepeated() || !JsonFields.isOurs(field)) {
        mistakes.add(unknown(name));
        return;
      }
      message = field.getMessageType();
      node = node.withObjectProperty(field.getName());
    }
    var field = JsonFields.find(message, parts[parts.length - 1]);
    var mistake = put(node, name, field, values);
    if (mistake != null) {
      mistakes.add(mistake);
    }
  }

  private static @Nullable Violation put(
      ObjectNode node, String name, @Nullable FieldDescriptor field, List<String> values) {
    if (field == null) {
      return unknown(name);
    }
    if (field.isMapField() || JsonFields.isOurs(field)) {
      return new Violation(name, "a whole message (expected: its fields, one by one)");
    }
    if (field.isRepeated()) {
      values.forEach(node.withArrayProperty(field.getName())::add);
      return null;
    }
    if (values.size() > 1 || JsonFields.get(node, field) != null) {
      return new Violation(name, "given more than once (expected: once)");
    }
    node.put(field.getName(), values.getFirst());
    return null;
  }

  private static Violation unknown(String name) {
    return name.isEmpty()
        ? new Violation("query", "a parameter without a name (expected: a field of the request)")
        : new Violation(Shown.clip(name), "unknown (expected: a field of the request)");
  }
}
