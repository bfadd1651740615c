package dev.tollgate.cli.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.secret.Secret;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Optional;

/// Sends requests as a document describes them.
record Client(HttpClient http, URI server) {
  Document document() throws Exception {
    var request = HttpRequest.newBuilder(server.resolve("/openapi.json")).build();
    return Document.parse(http.send(request, BodyHandlers.ofString()).body());
  }

  /// @param request what goes where, as `path`, `query`, `header` and `body`
  /// @param tenant whom an operator acts for
  Answer send(
      Operation operation, ObjectNode request, Optional<Secret> key, Optional<String> tenant)
      throws Exception {
    var path = operation.path();
    for (var variable : request.path("path").properties()) {
      path = path.replace("{" + variable.getKey() + "}", encode(variable.getValue().asText()));
    }
    var query = new ArrayList<String>();
    for (var parameter : request.path("query").properties()) {
      var value = parameter.getValue();
      (value.isArray() ? value : request.arrayNode().add(value))
          .forEach(each -> query.add(encode(parameter.getKey()) + "=" + encode(each.asText())));
    }
    var uri = server.toString() + path + (query.isEmpty() ? "" : "?" + String.join("&", query));
    var body =
        request.has("body")
            ? BodyPublishers.ofString(text(request.get("body")))
            : BodyPublishers.noBody();
    var http = HttpRequest.newBuilder(URI.create(uri)).method(operation.verb(), body);
    if (request.has("body")) {
      http.header("content-type", operation.type());
    }
    key.ifPresent(secret -> http.header("authorization", "Bearer " + secret.reveal()));
    tenant.ifPresent(id -> http.header("tollgate-tenant", id));
    for (var header : request.path("header").properties()) {
      http.header(header.getKey(), header.getValue().asText());
    }
    var answer = this.http.send(http.build(), BodyHandlers.ofString());
    return new Answer(
        answer.statusCode(), answer.headers().firstValue("content-type").orElse(""), answer.body());
  }

  /// Lines of JSON are a text in the document.
  private static String text(JsonNode body) {
    return body.isTextual() ? body.asText() : body.toString();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
