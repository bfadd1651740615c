package dev.tollgate.kernel.http;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What the `.proto` files say about a message, field, enum, value, service or method, by its full
/// name. Read from the descriptor set in the contract's jar: generated code has no comments.
final class Comments {
  private static final String DESCRIPTOR_SET = "/tollgate.desc";

  private static final Pattern PARAGRAPHS = Pattern.compile("\n\\s*\n");

  private final Map<String, String> byName = new HashMap<>();

  private Comments() {}

  static Comments read() {
    try (var in = Comments.class.getResourceAsStream(DESCRIPTOR_SET)) {
      if (in == null) {
        throw new IllegalStateException(DESCRIPTOR_SET + " is not in the contract's jar");
      }
      var comments = new Comments();
      FileDescriptorSet.parseFrom(in).getFileList().forEach(comments::add);
      return comments;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Empty where there is none.
  String of(String fullName) {
    return byName.getOrDefault(fullName, "");
  }

  private void add(FileDescriptorProto file) {
    var byPath = new HashMap<List<Integer>, String>();
    for (var location : file.getSourceCodeInfo().getLocationList()) {
      byPath.put(location.getPathList(), text(location.getLeadingComments()));
    }
    var names = new HashMap<List<Integer>, String>();
    var scope = file.getPackage();
    for (int i = 0; i < file.getMessageTypeCount(); i++) {
      var path = List.of(FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER, i);
      message(names, path, scope, file.getMessageType(i));
    }
    for (int i = 0; i < file.getEnumTypeCount(); i++) {
      var path = List.of(FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER, i);
      enumeration(names, path, scope, file.getEnumType(i));
    }
    for (int i = 0; i < file.getServiceCount(); i++) {
      var path = List.of(FileDescriptorProto.SERVICE_FIELD_NUMBER, i);
      var service = file.getService(i);
      var name = scope + "." + service.getName();
      names.put(path, name);
      for (int k = 0; k < service.getMethodCount(); k++) {
        names.put(
            child(path, ServiceDescriptorProto.METHOD_FIELD_NUMBER, k),
            name + "." + service.getMethod(k).getName());
      }
    }
    names.forEach((path, name) -> byName.put(name, byPath.getOrDefault(path, "")));
  }

  private static void message(
      Map<List<Integer>, String> names, List<Integer> path, String scope, DescriptorProto message) {
    var name = scope + "." + message.getName();
    names.put(path, name);
    for (int i = 0; i < message.getFieldCount(); i++) {
      names.put(
          child(path, DescriptorProto.FIELD_FIELD_NUMBER, i),
          name + "." + message.getField(i).getName());
    }
    for (int i = 0; i < message.getNestedTypeCount(); i++) {
      var nested = child(path, DescriptorProto.NESTED_TYPE_FIELD_NUMBER, i);
      message(names, nested, name, message.getNestedType(i));
    }
    for (int i = 0; i < message.getEnumTypeCount(); i++) {
      var nested = child(path, DescriptorProto.ENUM_TYPE_FIELD_NUMBER, i);
      enumeration(names, nested, name, message.getEnumType(i));
    }
  }

  private static void enumeration(
      Map<List<Integer>, String> names,
      List<Integer> path,
      String scope,
      EnumDescriptorProto enumeration) {
    var name = scope + "." + enumeration.getName();
    names.put(path, name);
    for (int i = 0; i < enumeration.getValueCount(); i++) {
      names.put(
          child(path, EnumDescriptorProto.VALUE_FIELD_NUMBER, i),
          name + "." + enumeration.getValue(i).getName());
    }
  }

  private static List<Integer> child(List<Integer> path, int field, int index) {
    var child = new ArrayList<>(path);
    child.add(field);
    child.add(index);
    return child;
  }

  /// Paragraphs stay, line breaks inside them go.
  private static String text(String raw) {
    return PARAGRAPHS
        .splitAsStream(raw.strip())
        .map(paragraph -> paragraph.strip().replaceAll("\\s*\n\\s*", " "))
        .collect(Collectors.joining("\n\n"));
  }
}
