package dev.tollgate.kernel.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;

/// JSON Schemas of messages and enums, as protobuf's JSON mapping writes them.
final class Schemas {
  private final Comments comments;
  private final Set<String> seen = new TreeSet<>();
  private final Deque<Descriptor> messages = new ArrayDeque<>();
  private final ObjectNode enums = Json.object();

  Schemas(Comments comments) {
    this.comments = comments;
  }

  /// A reference to the message's schema, which `all` will hold.
  ObjectNode reference(Descriptor message) {
    if (seen.add(message.getFullName())) {
      messages.add(message);
    }
    return Json.object().put("$ref", "#/components/schemas/" + message.getFullName());
  }

  /// Every message that was referred to, and what those refer to.
  ObjectNode all() {
    var all = Json.object();
    while (!messages.isEmpty()) {
      var message = messages.remove();
      all.set(message.getFullName(), object(message));
    }
    all.setAll(enums);
    return all;
  }

  /// What a field holds, with its comment.
  ObjectNode field(FieldDescriptor field) {
    var schema = value(field);
    var comment = comments.of(field.getFullName());
    return comment.isEmpty() ? schema : schema.put("description", comment);
  }

  private ObjectNode object(Descriptor message) {
    var schema = Json.object().put("type", "object");
    describe(schema, message.getFullName());
    var properties = schema.putObject("properties");
    for (var field : message.getFields()) {
      properties.set(field.getJsonName(), field(field));
    }
    for (var oneof : message.getRealOneofs()) {
      for (var field : oneof.getFields()) {
        ((ObjectNode) properties.get(field.getJsonName())).put("x-oneof", oneof.getName());
      }
    }
    return schema.put("additionalProperties", false);
  }

  private ObjectNode value(FieldDescriptor field) {
    if (field.isMapField()) {
      var values = field.getMessageType().findFieldByName("value");
      return Json.object().put("type", "object").set("additionalProperties", single(values));
    }
    var single = single(field);
    return field.isRepeated() ? Json.object().put("type", "array").set("items", single) : single;
  }

  private ObjectNode single(FieldDescriptor field) {
    return switch (field.getType()) {
      case STRING -> type("string");
      case BOOL -> type("boolean");
      case BYTES -> type("string").put("contentEncoding", "base64");
      case DOUBLE, FLOAT -> type("number");
      case ENUM -> enumeration(field.getEnumType());
      case INT32, SINT32, SFIXED32, UINT32, FIXED32 -> type("integer").put("format", "int32");
      // JSON's numbers are doubles to many readers: 64 bits are written as text, and read as
      // either.
      case INT64, SINT64, SFIXED64, UINT64, FIXED64 -> type("string").put("format", "int64");
      case MESSAGE, GROUP ->
          switch (field.getMessageType().getFullName()) {
            case "google.protobuf.Timestamp" -> type("string").put("format", "date-time");
            case "google.protobuf.Duration" ->
                type("string").put("pattern", "^-?[0-9]+(\\.[0-9]{1,9})?s$");
            case "google.protobuf.Struct", "google.protobuf.Any" -> type("object");
            // Paths with commas between them.
            case "google.protobuf.FieldMask" -> type("string");
            default -> reference(field.getMessageType());
          };
    };
  }

  private ObjectNode enumeration(EnumDescriptor type) {
    if (seen.add(type.getFullName())) {
      var schema = type("string");
      describe(schema, type.getFullName());
      var names = schema.putArray("enum");
      var meanings = schema.putObject("x-enum-descriptions");
      for (var value : type.getValues()) {
        names.add(value.getName());
        meanings.put(value.getName(), comments.of(value.getFullName()));
      }
      enums.set(type.getFullName(), schema);
    }
    return Json.object().put("$ref", "#/components/schemas/" + type.getFullName());
  }

  private void describe(ObjectNode schema, String fullName) {
    var comment = comments.of(fullName);
    if (!comment.isEmpty()) {
      schema.put("description", comment);
    }
  }

  private static ObjectNode type(String name) {
    return Json.object().put("type", name);
  }
}
