package dev.tollgate.testkit.contract;

import com.google.api.AnnotationsProto;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import dev.tollgate.proto.common.v1.AccessProto;
import dev.tollgate.proto.common.v1.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// How the contract must be written: as buf's STANDARD rules say; and everything carries a comment,
/// every method a rule of access, every unary one a route.
final class ContractStyle {
  private static final Pattern LOWER_SNAKE = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*");
  private static final Pattern UPPER_SNAKE = Pattern.compile("[A-Z][A-Z0-9]*(_[A-Z0-9]+)*");
  private static final Pattern PASCAL = Pattern.compile("[A-Z][A-Za-z0-9]*");
  private static final Pattern PACKAGE = Pattern.compile("tollgate\\.[a-z]+\\.v[1-9][0-9]*");
  private static final Pattern CAMEL_EDGE = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

  private final List<String> mistakes = new ArrayList<>();
  private final Map<String, String> methodByType = new HashMap<>();
  private Set<List<Integer>> commented = Set.of();

  private ContractStyle() {}

  /// One line per mistake.
  static List<String> mistakes(FileDescriptorSet contract) {
    var style = new ContractStyle();
    contract.getFileList().forEach(style::file);
    return style.mistakes;
  }

  private void file(FileDescriptorProto file) {
    var name = file.getName();
    commented = new HashSet<>();
    for (var location : file.getSourceCodeInfo().getLocationList()) {
      if (!location.getLeadingComments().isBlank()) {
        commented.add(location.getPathList());
      }
    }
    var scope = file.getPackage();
    check(PACKAGE.matcher(scope).matches(), name, "package " + scope, "tollgate.<name>.v<n>");
    var folder = name.substring(0, Math.max(0, name.lastIndexOf('/')));
    check(folder.equals(scope.replace('.', '/')), name, "folder " + folder, "the package's");
    var base = name.substring(name.lastIndexOf('/') + 1).replace(".proto", "");
    check(LOWER_SNAKE.matcher(base).matches(), name, "file name", "lower_snake");
    check(file.getSyntax().equals("proto3"), name, "syntax " + file.getSyntax(), "proto3");
    var options = file.getOptions();
    var javaPackage = "dev.tollgate.proto." + scope.replace("tollgate.", "");
    check(options.getJavaPackage().equals(javaPackage), name, "java_package", javaPackage);
    check(options.getJavaMultipleFiles(), name, "java_multiple_files", "true");
    check(file.getPublicDependencyCount() == 0, name, "import public", "a plain import");
    for (int i = 0; i < file.getMessageTypeCount(); i++) {
      message(
          scope, file.getMessageType(i), List.of(FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER, i));
    }
    for (int i = 0; i < file.getEnumTypeCount(); i++) {
      enumeration(
          scope, file.getEnumType(i), List.of(FileDescriptorProto.ENUM_TYPE_FIELD_NUMBER, i));
    }
    for (int i = 0; i < file.getServiceCount(); i++) {
      service(scope, file.getService(i), List.of(FileDescriptorProto.SERVICE_FIELD_NUMBER, i));
    }
  }

  private void message(String scope, DescriptorProto message, List<Integer> path) {
    if (message.getOptions().getMapEntry()) {
      return;
    }
    var name = scope + "." + message.getName();
    check(PASCAL.matcher(message.getName()).matches(), name, "message name", "PascalCase");
    comment(name, path);
    for (int i = 0; i < message.getFieldCount(); i++) {
      var field = message.getField(i);
      var fieldName = name + "." + field.getName();
      check(LOWER_SNAKE.matcher(field.getName()).matches(), fieldName, "field name", "lower_snake");
      check(
          field.getType() != FieldDescriptorProto.Type.TYPE_GROUP, fieldName, "group", "a message");
      comment(fieldName, child(path, DescriptorProto.FIELD_FIELD_NUMBER, i));
    }
    for (var oneof : message.getOneofDeclList()) {
      var plain = oneof.getName().startsWith("_") ? oneof.getName().substring(1) : oneof.getName();
      check(LOWER_SNAKE.matcher(plain).matches(), name, "oneof " + plain, "lower_snake");
    }
    for (int i = 0; i < message.getNestedTypeCount(); i++) {
      var nested = child(path, DescriptorProto.NESTED_TYPE_FIELD_NUMBER, i);
      message(name, message.getNestedType(i), nested);
    }
    for (int i = 0; i < message.getEnumTypeCount(); i++) {
      var nested = child(path, DescriptorProto.ENUM_TYPE_FIELD_NUMBER, i);
      enumeration(name, message.getEnumType(i), nested);
    }
  }

  private void enumeration(String scope, EnumDescriptorProto enumeration, List<Integer> path) {
    var name = scope + "." + enumeration.getName();
    check(PASCAL.matcher(enumeration.getName()).matches(), name, "enum name", "PascalCase");
    check(!enumeration.getOptions().getAllowAlias(), name, "allow_alias", "none");
    comment(name, path);
    var prefix =
        CAMEL_EDGE.matcher(enumeration.getName()).replaceAll("_").toUpperCase(Locale.ROOT) + "_";
    var zero = enumeration.getValue(0);
    check(
        zero.getNumber() == 0 && zero.getName().equals(prefix + "UNSPECIFIED"),
        name,
        "first value " + zero.getName() + " = " + zero.getNumber(),
        prefix + "UNSPECIFIED = 0");
    for (var value : enumeration.getValueList()) {
      check(
          value.getName().startsWith(prefix) && UPPER_SNAKE.matcher(value.getName()).matches(),
          name,
          "value " + value.getName(),
          prefix + "UPPER_SNAKE");
    }
  }

  private void service(String scope, ServiceDescriptorProto service, List<Integer> path) {
    var name = scope + "." + service.getName();
    check(PASCAL.matcher(service.getName()).matches(), name, "service name", "PascalCase");
    check(service.getName().endsWith("Service"), name, "service name", "the suffix Service");
    comment(name, path);
    for (int i = 0; i < service.getMethodCount(); i++) {
      var method = service.getMethod(i);
      comment(
          name + "." + method.getName(),
          child(path, ServiceDescriptorProto.METHOD_FIELD_NUMBER, i));
      method(scope, name, method);
    }
  }

  private void method(String scope, String service, MethodDescriptorProto method) {
    var name = service + "." + method.getName();
    check(PASCAL.matcher(method.getName()).matches(), name, "method name", "PascalCase");
    var prefix = "." + scope + "." + method.getName();
    check(method.getInputType().equals(prefix + "Request"), name, "input", prefix + "Request");
    check(method.getOutputType().equals(prefix + "Response"), name, "output", prefix + "Response");
    for (var type : List.of(method.getInputType(), method.getOutputType())) {
      var other = methodByType.putIfAbsent(type, name);
      check(other == null, name, type + ", which " + other + " has too", "a type of its own");
    }
    var options = method.getOptions();
    var access = options.getExtension(AccessProto.access);
    check(access.getScope() != Scope.SCOPE_UNSPECIFIED, name, "access", "an access rule");
    var streaming = method.getClientStreaming() || method.getServerStreaming();
    var routed = options.hasExtension(AnnotationsProto.http);
    check(routed != streaming, name, "http option", streaming ? "none: it streams" : "one");
  }

  private void comment(String name, List<Integer> path) {
    check(commented.contains(path), name, "no comment", "one");
  }

  private void check(boolean good, String where, String what, String expected) {
    if (!good) {
      mistakes.add(where + ": " + what + " (expected: " + expected + ")");
    }
  }

  private static List<Integer> child(List<Integer> path, int field, int index) {
    var child = new ArrayList<>(path);
    child.add(field);
    child.add(index);
    return child;
  }
}
