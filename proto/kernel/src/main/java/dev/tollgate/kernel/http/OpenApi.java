package dev.tollgate.kernel.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.failure.Reason;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The OpenAPI 3.1 document of a server's routes. Safe for concurrent use.
final class OpenApi {
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
    var operations = new Operations(comments, schemas);
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
          .set(route.verb().toLowerCase(Locale.ROOT), operations.of(route));
    }
    for (var own : routes.own()) {
      paths.putObject(own.path()).set("post", operations.of(own));
    }
    var all = schemas.all();
    all.set(Operations.ERROR, error(comments));
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

  private static ObjectNode error(Comments comments) {
    var error = Json.object().put("type", "object");
    error.put("description", "Why a call failed.");
    var properties = error.putObject("properties");
    properties.putObject("code").put("type", "integer").put("description", "The HTTP status.");
    properties.putObject("status").put("type", "string").put("description", "The gRPC status.");
    // No `enum`: a reason that comes later must not break a reader.
    var reason = properties.putObject("reason").put("type", "string");
    reason.put("description", "What to switch on. There may be others in later versions.");
    var meanings = reason.putObject("x-enum-descriptions");
    for (var each : Reason.values()) {
      var name = each.name();
      meanings.put(name, comments.of("tollgate.common.v1.REASON_" + name));
    }
    properties.putObject("message").put("type", "string").put("description", "For people.");
    properties
        .putObject("details")
        .put("type", "array")
        .put("description", "google.rpc.ErrorInfo, BadRequest, RetryInfo and others.")
        .putObject("items")
        .put("type", "object");
    var required = error.putArray("required");
    properties.fieldNames().forEachRemaining(required::add);
    return error.put("additionalProperties", false);
  }
}
