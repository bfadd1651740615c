package dev.tollgate.kernel.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.tollgate.proto.common.v1.AccessProto;
import dev.tollgate.proto.common.v1.Scope;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The OpenAPI 3.1 document of a server's routes. Safe for concurrent use.
final class OpenApi {
  private static final String ERROR = "Error";

  private final Routes routes;
  private @Nullable String document;

  OpenApi(Routes routes) {
    this.routes = routes;
  }

  /// Made when it is first asked for: few servers are.
  synchronized String document() {
    if (document == null) {
      document = make();
    }
    return document;
  }

  private String make() {
    var comments = Comments.read();
    var schemas = new Schemas(comments);
    var document = Json.object().put("openapi", "3.1.0");
    document
        .putObject("info")
        .put("title", "Tollgate")
        .put("version", "v1")
        .put(
            "description",
            "Every unary RPC as JSON, as protobuf's JSON mapping writes it: 64-bit integers are"
                + " text, and input may be either. Unknown fields are refused.");
    var paths = document.putObject("paths");
    for (var route : routes.all()) {
      paths
          .withObjectProperty(route.path().text())
          .set(route.verb().toLowerCase(Locale.ROOT), operation(route, comments, schemas));
    }
    var all = schemas.all();
    all.set(ERROR, error());
    var components = document.putObject("components");
    components.set("schemas", all);
    components
        .putObject("securitySchemes")
        .putObject("key")
        .put("type", "http")
        .put("scheme", "bearer")
        .put("description", "An API key, `tg_<id>_<secret>`, or a JWT of the configured issuer.");
    document.putArray("security").addObject().putArray("key");
    return document.toString();
  }

  private static ObjectNode operation(Route route, Comments comments, Schemas schemas) {
    var method = route.schema();
    var service = method.getService();
    var operation =
        Json.object()
            .put("operationId", service.getName() + "_" + method.getName())
            .put("description", comments.of(method.getFullName()));
    operation.putArray("tags").add(service.getName());
    var access = method.getOptions().getExtension(AccessProto.access);
    var roles = operation.putArray("x-tollgate-roles").add("ROLE_OPERATOR");
    access.getRolesList().forEach(role -> roles.add(role.name()));
    var parameters = operation.putArray("parameters");
    for (var name : route.path().variables()) {
      var field = method.getInputType().findFieldByName(name);
      parameters.add(parameter("path", name, schemas.field(field)).put("required", true));
    }
    if (!route.body().equals("*")) {
      var bound = new HashSet<>(route.path().variables());
      bound.add(route.body());
      for (var field : method.getInputType().getFields()) {
        if (!bound.contains(field.getName())) {
          query(operation, "", field, schemas, Set.of());
        }
      }
    }
    if (access.getScope() != Scope.SCOPE_INSTALLATION) {
      var tenant = Json.object().put("type", "string");
      tenant.put("description", "The tenant to act for; for OPERATOR and SERVICE only.");
      parameters.add(parameter("header", "tollgate-tenant", tenant));
    }
    if (!route.body().isEmpty()) {
      var body = operation.putObject("requestBody").put("required", true);
      json(body, body(route, method.getInputType(), schemas));
    }
    var responses = operation.putObject("responses");
    json(
        responses.putObject("200").put("description", "The answer."),
        schemas.reference(method.getOutputType()));
    json(
        responses.putObject("default").put("description", "A failure: switch on its `reason`."),
        Json.object().put("$ref", "#/components/schemas/" + ERROR));
    return operation;
  }

  private static ObjectNode body(Route route, Descriptor input, Schemas schemas) {
    return route.body().equals("*")
        ? schemas.reference(input)
        : schemas.field(input.findFieldByName(route.body()));
  }

  /// A parameter per field; a message's fields are parameters of their own, `a.b`.
  private static void query(
      ObjectNode operation,
      String prefix,
      FieldDescriptor field,
      Schemas schemas,
      Set<Descriptor> around) {
    var name = prefix + field.getJsonName();
    if (field.isMapField()) {
      return;
    }
    if (!JsonFields.isOurs(field)) {
      operation.withArrayProperty("parameters").add(parameter("query", name, schemas.field(field)));
      return;
    }
    var type = field.getMessageType();
    if (field.isRepeated() || around.contains(type)) {
      return;
    }
    var inside = new HashSet<>(around);
    inside.add(type);
    type.getFields().forEach(each -> query(operation, name + ".", each, schemas, inside));
  }

  private static ObjectNode parameter(String in, String name, ObjectNode schema) {
    var parameter = Json.object().put("name", name).put("in", in);
    var description = schema.remove("description");
    if (description != null) {
      parameter.set("description", description);
    }
    return parameter.set("schema", schema);
  }

  private static void json(ObjectNode owner, ObjectNode schema) {
    owner.putObject("content").putObject("application/json").set("schema", schema);
  }

  private static ObjectNode error() {
    var error = Json.object().put("type", "object");
    error.put("description", "Why a call failed.");
    var properties = error.putObject("properties");
    properties.putObject("code").put("type", "integer").put("description", "The HTTP status.");
    properties.putObject("status").put("type", "string").put("description", "The gRPC status.");
    properties
        .putObject("reason")
        .put("type", "string")
        .put(
            "description", "What to switch on; see tollgate.common.v1.Reason, without its prefix.");
    properties.putObject("message").put("type", "string").put("description", "For people.");
    properties
        .putObject("details")
        .put("type", "array")
        .put("description", "google.rpc.ErrorInfo, BadRequest, RetryInfo and others.")
        .putObject("items")
        .put("type", "object");
    return error;
  }
}
