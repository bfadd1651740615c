package dev.tollgate.testkit.contract;

import com.google.api.AnnotationsProto;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.TextFormat;
import java.util.SortedMap;
import java.util.TreeMap;

/// Everything in a contract that a client built from it relies on, one line each: what it is about,
/// and what is so.
final class Facts {
  /* A fact's key says by what a client finds the thing (a field by its number, a method by its
   * name), its value all that must stay. So a field that is renumbered is a fact gone, and one that
   * is retyped a fact changed. */

  private static final int RANGE_SPELLED_OUT_MAX = 1_000;

  private final SortedMap<String, String> facts = new TreeMap<>();

  private Facts() {}

  static SortedMap<String, String> of(FileDescriptorSet contract) {
    var facts = new Facts();
    contract.getFileList().forEach(facts::file);
    return facts.facts;
  }

  static String field(String message, int number) {
    return "field " + number + " of " + message;
  }

  static String reservedNumber(String message, int number) {
    return "reserved number " + number + " of " + message;
  }

  static String reservedName(String message, String name) {
    return "reserved name " + name + " of " + message;
  }

  private void file(FileDescriptorProto file) {
    var options = file.getOptions();
    facts.put(
        "file " + file.getName(),
        String.join(
            ", ",
            file.getPackage(),
            file.getSyntax(),
            options.getJavaPackage(),
            options.getJavaOuterClassname(),
            "multiple files " + options.getJavaMultipleFiles()));
    var scope = file.getPackage();
    file.getMessageTypeList().forEach(message -> message(file, scope, message));
    file.getEnumTypeList().forEach(enumeration -> enumeration(file, scope, enumeration));
    file.getServiceList().forEach(service -> service(file, scope, service));
    for (var extension : file.getExtensionList()) {
      facts.put(
          "extension " + scope + "." + extension.getName(),
          extension.getExtendee() + " " + extension.getNumber() + " " + type(extension));
    }
  }

  private void message(FileDescriptorProto file, String scope, DescriptorProto message) {
    var name = scope + "." + message.getName();
    facts.put("message " + name, file.getName());
    for (var field : message.getFieldList()) {
      facts.put(field(name, field.getNumber()), field(message, field));
    }
    for (var range : message.getReservedRangeList()) {
      reserve(name, range.getStart(), range.getEnd());
    }
    message.getReservedNameList().forEach(gone -> facts.put(reservedName(name, gone), gone));
    message.getNestedTypeList().forEach(nested -> message(file, name, nested));
    message.getEnumTypeList().forEach(nested -> enumeration(file, name, nested));
  }

  private static String field(DescriptorProto message, FieldDescriptorProto field) {
    var presence = field.getProto3Optional() ? "optional" : "implicit";
    var oneof =
        field.hasOneofIndex() && !field.getProto3Optional()
            ? "oneof " + message.getOneofDecl(field.getOneofIndex()).getName()
            : presence;
    return String.join(
        " ", field.getName(), field.getJsonName(), field.getLabel().name(), type(field), oneof);
  }

  private static String type(FieldDescriptorProto field) {
    return field.getTypeName().isEmpty() ? field.getType().name() : field.getTypeName();
  }

  private void reserve(String name, int start, int end) {
    if (end - start > RANGE_SPELLED_OUT_MAX) {
      facts.put("reserved range of " + name + " from " + start, "to " + end);
      return;
    }
    for (int number = start; number < end; number++) {
      facts.put(reservedNumber(name, number), "");
    }
  }

  private void enumeration(
      FileDescriptorProto file, String scope, EnumDescriptorProto enumeration) {
    var name = scope + "." + enumeration.getName();
    facts.put("enum " + name, file.getName());
    for (var value : enumeration.getValueList()) {
      facts.put("value " + value.getNumber() + " of " + name, value.getName());
    }
  }

  private void service(FileDescriptorProto file, String scope, ServiceDescriptorProto service) {
    var name = scope + "." + service.getName();
    facts.put("service " + name, file.getName());
    for (var method : service.getMethodList()) {
      facts.put(
          "method " + name + "." + method.getName(),
          (method.getClientStreaming() ? "stream " : "")
              + method.getInputType()
              + " -> "
              + (method.getServerStreaming() ? "stream " : "")
              + method.getOutputType());
      var http = method.getOptions().getExtension(AnnotationsProto.http);
      if (method.getOptions().hasExtension(AnnotationsProto.http)) {
        facts.put(
            "route of " + name + "." + method.getName(),
            TextFormat.printer().emittingSingleLine(true).printToString(http));
      }
    }
  }
}
