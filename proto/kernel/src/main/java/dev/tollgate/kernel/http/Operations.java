package dev.tollgate.kernel.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.rpc.Status;
import dev.tollgate.proto.common.v1.AccessProto;
import dev.tollgate.proto.common.v1.AccessRule;
import dev.tollgate.proto.common.v1.Role;
import dev.tollgate.proto.common.v1.Scope;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What the OpenAPI document says of each route.
final class Operations {
  /// The schema of failures.
  static final String ERROR = "Error";

  private final Comments comments;
  private final Schemas schemas;

  Operations(Comments comments, Schemas schemas) {
    this.comments = comments;
    this.schemas = schemas;
  }

  ObjectNode of(Route route) {
    var method = route.schema();
    var service = method.getService();
    var operation =
        Json.object()
            .put("operationId", service.getName() + "_" + method.getName())
            .put("description", comments.of(method.getFullName()));
    operation.putArray("tags").add(service.getName());
    var access = method.getOptions().getExtension(AccessProto.access);
    roles(operation, List.of(access));
    var example = new Example(method);
    var parameters = operation.putArray("parameters");
    for (var name : route.path().variables()) {
      var field = method.getInputType().findFieldByName(name);
      var parameter = parameter("path", name, schemas.field(field)).put("required", true);
      example.take(field.getJsonName()).ifPresent(value -> parameter.set("example", value));
      parameters.add(parameter);
    }
    if (!route.body().equals("*")) {
      var bound = new HashSet<>(route.path().variables());
      bound.add(route.body());
      for (var field : method.getInputType().getFields()) {
        if (!bound.contains(field.getName())) {
          query(parameters, "", field, example, Set.of());
        }
      }
    }
    if (access.getScope() != Scope.SCOPE_INSTALLATION) {
      parameters.add(tenant());
    }
    var table = Table.of(method.getOutputType()).isPresent();
    if (table) {
      parameters.add(format());
    }
    if (!route.body().isEmpty()) {
      var body = operation.putObject("requestBody").put("required", true);
      json(body, body(route, method.getInputType())).set("example", example.body(route.body()));
    }
    responses(operation, schemas.reference(method.getOutputType()));
    if (table) {
      csv(operation);
    }
    return operation;
  }

  /// What a service answers itself.
  ObjectNode of(OwnRoute route) {
    var methods = route.methods().stream().map(Operations::schema).toList();
    var operation =
        Json.object()
            .put("operationId", "post" + route.path().replaceAll("[^a-zA-Z0-9]+", "_"))
            .put("description", route.description());
    operation.putArray("tags").add(methods.getFirst().getService().getName());
    var rules = new ArrayList<>(route.rules());
    methods.stream()
        .map(MethodDescriptor::getOptions)
        .filter(options -> options.hasExtension(AccessProto.access))
        .forEach(options -> rules.add(options.getExtension(AccessProto.access)));
    roles(operation, rules);
    operation.putArray("parameters").add(tenant());
    var content = operation.putObject("requestBody").put("required", true).putObject("content");
    for (var body : route.bodies()) {
      var described = content.putObject(body.contentType());
      described.set("schema", body(body));
      if (!body.example().isEmpty()) {
        described.set("example", example(body));
      }
    }
    var answers = methods.stream().map(each -> schemas.reference(each.getOutputType())).toList();
    responses(
        operation,
        answers.size() == 1
            ? answers.getFirst()
            : Json.object().set("anyOf", Json.array().addAll(answers)));
    if (route.failures() == OwnRoute.Failures.RPC_STATUS) {
      var failure = operation.withObject("/responses/default/content/application~1json");
      var either = Json.array().add(schemas.reference(Status.getDescriptor()));
      failure.set("schema", Json.object().set("anyOf", either.add(failure.get("schema"))));
    }
    return operation;
  }

  /// Lines are text.
  private static JsonNode example(OwnRoute.Body body) {
    return body.form() == OwnRoute.Form.LINES
        ? TextNode.valueOf(body.example())
        : Json.own(body.example());
  }

  private static MethodDescriptor schema(io.grpc.MethodDescriptor<?, ?> method) {
    if (method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier supplier) {
      return supplier.getMethodDescriptor();
    }
    throw new IllegalArgumentException(
        method.getFullMethodName() + ": no schema (expected: a method of generated code)");
  }

  private ObjectNode body(OwnRoute.Body body) {
    return switch (body.form()) {
      case BINARY -> Json.object().put("type", "string").put("format", "binary");
      case OBJECT -> schemas.reference(body.message());
      case OBJECT_OR_ARRAY -> {
        var one = schemas.reference(body.message());
        var many = Json.object().put("type", "array").set("items", one.deepCopy());
        yield Json.object().set("anyOf", Json.array().add(one).add(many));
      }
      case LINES ->
          Json.object()
              .put("type", "string")
              .put("description", "One " + body.message().getFullName() + " per line.");
    };
  }

  private static void roles(ObjectNode operation, List<AccessRule> rules) {
    var roles = new LinkedHashSet<Role>();
    roles.add(Role.ROLE_OPERATOR);
    rules.forEach(rule -> roles.addAll(rule.getRolesList()));
    var all = operation.putArray("x-tollgate-roles");
    roles.forEach(role -> all.add(role.name()));
  }

  private static ObjectNode tenant() {
    var tenant = Json.object().put("type", "string");
    tenant.put("description", "The tenant to act for; for OPERATOR and SERVICE only.");
    return parameter("header", "tollgate-tenant", tenant);
  }

  private static ObjectNode format() {
    var format = Json.object().put("type", "string");
    format.putArray("enum").add("json").add("csv");
    format.put(
        "description",
        "The form of the answer. Also `accept: text/csv` asks for CSV, with a line per row; then the"
            + " headers `tollgate-next-page-token` and `tollgate-basis` say what is not in rows.");
    return parameter("query", "format", format);
  }

  private static void csv(ObjectNode operation) {
    operation
        .withObject("/responses/200/content")
        .putObject(Table.CONTENT_TYPE)
        .putObject("schema")
        .put("type", "string");
  }

  private static void responses(ObjectNode operation, ObjectNode answer) {
    var responses = operation.putObject("responses");
    json(responses.putObject("200").put("description", "The answer."), answer);
    json(
        responses.putObject("default").put("description", "A failure: switch on its `reason`."),
        Json.object().put("$ref", "#/components/schemas/" + ERROR));
  }

  private ObjectNode body(Route route, Descriptor input) {
    return route.body().equals("*")
        ? schemas.reference(input)
        : schemas.field(input.findFieldByName(route.body()));
  }

  /// A parameter per field; a message's fields are parameters of their own, `a.b`.
  private void query(
      ArrayNode parameters,
      String prefix,
      FieldDescriptor field,
      Example example,
      Set<Descriptor> around) {
    var name = prefix + field.getJsonName();
    if (field.isMapField()) {
      return;
    }
    if (!JsonFields.isOurs(field)) {
      var parameter = parameter("query", name, schemas.field(field));
      example.take(name).ifPresent(value -> parameter.set("example", value));
      parameters.add(parameter);
      return;
    }
    var type = field.getMessageType();
    if (field.isRepeated() || around.contains(type)) {
      return;
    }
    var inside = new HashSet<>(around);
    inside.add(type);
    type.getFields().forEach(each -> query(parameters, name + ".", each, example, inside));
  }

  private static ObjectNode parameter(String in, String name, ObjectNode schema) {
    var parameter = Json.object().put("name", name).put("in", in);
    var description = schema.remove("description");
    if (description != null) {
      parameter.set("description", description);
    }
    return parameter.set("schema", schema);
  }

  /// What is there, beside the schema.
  private static ObjectNode json(ObjectNode owner, ObjectNode schema) {
    var json = owner.putObject("content").putObject("application/json");
    json.set("schema", schema);
    return json;
  }
}
