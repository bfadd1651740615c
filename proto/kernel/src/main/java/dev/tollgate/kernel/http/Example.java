package dev.tollgate.kernel.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.tollgate.proto.common.v1.ExampleProto;
import java.util.Optional;

/// A method's example of a request, taken apart into parameters and a body.
final class Example {
  private final ObjectNode tree;

  /// Empty where the method has none.
  Example(MethodDescriptor method) {
    var text = method.getOptions().getExtension(ExampleProto.example);
    tree = text.isEmpty() ? Json.object() : (ObjectNode) Json.own(text);
  }

  /// The value of a parameter, which is then no part of the body: a field's name in JSON, or a path
  /// to one inside messages, `a.b`.
  Optional<JsonNode> take(String name) {
    JsonNode owner = tree;
    var parts = name.split("\\.", -1);
    for (int i = 0; i < parts.length - 1; i++) {
      owner = owner.path(parts[i]);
    }
    return owner instanceof ObjectNode object
        ? Optional.ofNullable(object.remove(parts[parts.length - 1]))
        : Optional.empty();
  }

  /// What is left, of the field that is the body; `*` means all of it.
  JsonNode body(String field) {
    return field.equals("*") ? tree : tree.path(field);
  }
}
