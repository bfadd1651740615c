package dev.tollgate.kernel.http;

import com.google.api.HttpRule;
import com.google.protobuf.Descriptors;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;

/// One way to call a unary method over HTTP.
///
/// `body` is the annotation's: `*`, a field's name, or empty for none.
record Route(
    String verb,
    PathTemplate path,
    String body,
    MethodDescriptor<Message, Message> method,
    Descriptors.MethodDescriptor schema) {

  static Route of(
      HttpRule rule,
      MethodDescriptor<Message, Message> method,
      Descriptors.MethodDescriptor schema) {
    var body = rule.getBody();
    return switch (rule.getPatternCase()) {
      case GET -> new Route("GET", PathTemplate.parse(rule.getGet()), body, method, schema);
      case POST -> new Route("POST", PathTemplate.parse(rule.getPost()), body, method, schema);
      case PUT -> new Route("PUT", PathTemplate.parse(rule.getPut()), body, method, schema);
      case PATCH -> new Route("PATCH", PathTemplate.parse(rule.getPatch()), body, method, schema);
      case DELETE ->
          new Route("DELETE", PathTemplate.parse(rule.getDelete()), body, method, schema);
      case CUSTOM, PATTERN_NOT_SET ->
          throw new IllegalArgumentException(
              schema.getFullName() + " (expected: a plain HTTP verb)");
    };
  }

  /// An empty request.
  Message prototype() {
    var marshaller = (PrototypeMarshaller<Message>) method.getRequestMarshaller();
    var prototype = marshaller.getMessagePrototype();
    if (prototype == null) {
      throw new IllegalStateException(schema.getFullName() + ": no prototype (expected: one)");
    }
    return prototype;
  }
}
