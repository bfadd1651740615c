package dev.tollgate.kernel.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import org.jspecify.annotations.Nullable;

/// A message's fields as JSON names them: `request_id` or `requestId`.
final class JsonFields {
  private JsonFields() {}

  static @Nullable FieldDescriptor find(Descriptor type, String name) {
    var byName = type.findFieldByName(name);
    if (byName != null) {
      return byName;
    }
    for (var field : type.getFields()) {
      if (field.getJsonName().equals(name)) {
        return field;
      }
    }
    return null;
  }

  static @Nullable JsonNode get(JsonNode tree, FieldDescriptor field) {
    var byName = tree.get(field.getName());
    return byName == null ? tree.get(field.getJsonName()) : byName;
  }

  /// Whether the field holds a message whose JSON is an object of its fields. Those of
  /// `google.protobuf` have forms of their own: a timestamp is text.
  static boolean isOurs(FieldDescriptor field) {
    return field.getJavaType() == JavaType.MESSAGE
        && !field.getMessageType().getFullName().startsWith("google.protobuf.");
  }
}
