package dev.tollgate.kernel.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.tollgate.failure.Failure.Violation;
import dev.tollgate.kernel.field.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Finds which fields of a JSON tree a message can't take.
final class Mistakes {
  /// More would help nobody, and the search costs a parse for each.
  private static final int FOUND_MAX = 16;

  /// After so many parses the search ends, whatever it found.
  private static final int PROBES_MAX = 1_000;

  private final List<Violation> found = new ArrayList<>();
  private int probes;

  private Mistakes() {}

  /// Empty where the mistake is not one field's, or lies too deep in a large tree.
  static List<Violation> in(Descriptor type, JsonNode tree) {
    var mistakes = new Mistakes();
    mistakes.message("", type, tree);
    return mistakes.found;
  }

  private void message(String path, Descriptor type, JsonNode tree) {
    if (!tree.isObject()) {
      add(path.isEmpty() ? "body" : path.substring(0, path.length() - 1), tree, "an object");
      return;
    }
    for (var entry : tree.properties()) {
      if (done()) {
        return;
      }
      var field = JsonFields.find(type, entry.getKey());
      if (field == null) {
        found.add(
            new Violation(
                path + Shown.clip(entry.getKey()),
                "unknown (expected: a field of " + type.getFullName() + ")"));
      } else if (!entry.getValue().isNull()) {
        field(path + field.getName(), field, entry.getValue());
      }
    }
  }

  private void field(String path, FieldDescriptor field, JsonNode value) {
    if (field.isMapField() && value.isObject()) {
      var values = field.getMessageType().findFieldByName("value");
      for (var entry : value.properties()) {
        if (done()) {
          return;
        }
        var one = Json.object().set(entry.getKey(), entry.getValue());
        var key = "[" + Shown.clip(entry.getKey()) + "]";
        element(path + key, values, entry.getValue(), parses(field, one));
      }
    } else if (field.isRepeated() && !field.isMapField() && value.isArray()) {
      for (int i = 0; i < value.size() && !done(); i++) {
        var one = Json.array().add(value.get(i));
        element(path + "[" + i + "]", field, value.get(i), parses(field, one));
      }
    } else {
      element(path, field, value, parses(field, value));
    }
  }

  private void element(String path, FieldDescriptor field, JsonNode value, boolean parses) {
    if (parses || done()) {
      return;
    }
    if (!JsonFields.isOurs(field) || field.isMapField()) {
      add(path, value, expectation(field));
      return;
    }
    var before = found.size();
    message(path + ".", field.getMessageType(), value);
    if (found.size() == before && !done()) {
      // Each field alone is good, yet together they are not: two of one oneof, say.
      add(path, value, "one " + field.getMessageType().getFullName());
    }
  }

  /// Whether the field alone can take the value.
  private boolean parses(FieldDescriptor field, JsonNode value) {
    probes++;
    var owner = DynamicMessage.newBuilder(field.getContainingType());
    try {
      JsonFormat.parser().merge(Json.object().set(field.getName(), value).toString(), owner);
      return true;
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      return false;
    }
  }

  private boolean done() {
    return found.size() >= FOUND_MAX || probes >= PROBES_MAX;
  }

  private void add(String path, JsonNode value, String expectation) {
    found.add(
        new Violation(path, Shown.clip(value.toString()) + " (expected: " + expectation + ")"));
  }

  private static String expectation(FieldDescriptor field) {
    if (field.isMapField()) {
      return "an object";
    }
    return switch (field.getType()) {
      case STRING -> "text";
      case BOOL -> "true or false";
      case BYTES -> "base64";
      case DOUBLE, FLOAT -> "a number";
      case ENUM ->
          field.getEnumType().getValues().stream()
              .filter(value -> value.getNumber() != 0)
              .map(EnumValueDescriptor::getName)
              .collect(Collectors.joining(", ", "one of ", ""));
      case MESSAGE, GROUP ->
          switch (field.getMessageType().getFullName()) {
            case "google.protobuf.Timestamp" -> "a time as 2026-08-01T00:00:00Z";
            case "google.protobuf.Duration" -> "a duration as 1.5s";
            case "google.protobuf.FieldMask" -> "names of fields as eventId,cost";
            default -> field.getMessageType().getFullName();
          };
      case INT32, SINT32, SFIXED32, UINT32, FIXED32 -> "a whole number of 32 bits";
      case INT64, SINT64, SFIXED64, UINT64, FIXED64 -> "a whole number of 64 bits";
    };
  }
}
