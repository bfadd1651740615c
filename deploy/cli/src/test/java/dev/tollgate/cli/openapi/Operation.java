package dev.tollgate.cli.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// One method of one path of a document.
final class Operation {
  private static final String JSON_TYPE = "application/json";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Document document;
  private final String verb;
  private final String path;
  private final String type;
  private final JsonNode node;
  private final JsonSchema answer;
  private final JsonSchema failure;

  /// @param type the body's content type; empty where there is none
  Operation(Document document, String verb, String path, String type, JsonNode node) {
    this.document = document;
    this.verb = verb;
    this.path = path;
    this.type = type;
    this.node = node;
    this.answer = document.validator(json(node.at("/responses/200")));
    this.failure = document.validator(json(node.at("/responses/default")));
  }

  private static JsonNode json(JsonNode owner) {
    return owner.path("content").path(JSON_TYPE).path("schema");
  }

  Document document() {
    return document;
  }

  String id() {
    return node.get("operationId").asText();
  }

  /// Upper case.
  String verb() {
    return verb.toUpperCase(Locale.ROOT);
  }

  /// With its variables in braces.
  String path() {
    return path;
  }

  /// The body's; empty where there is none.
  String type() {
    return type;
  }

  boolean hasVariables() {
    return path.contains("{");
  }

  List<String> roles() {
    var roles = new ArrayList<String>();
    node.path("x-tollgate-roles").forEach(role -> roles.add(role.asText()));
    return roles;
  }

  boolean takesTenant() {
    return parameters("header").stream().anyMatch(each -> name(each).equals("tollgate-tenant"));
  }

  boolean answersCsv() {
    return node.at("/responses/200/content").has("text/csv");
  }

  /// The request that the document shows: what goes where, as `path`, `query` and `body`.
  ObjectNode example() {
    var request = JSON.createObjectNode();
    for (var place : List.of("path", "query")) {
      var values = request.putObject(place);
      for (var parameter : parameters(place)) {
        if (parameter.has("example")) {
          values.set(name(parameter), parameter.get("example"));
        }
      }
    }
    if (!type.isEmpty()) {
      request.set("body", body().get("example"));
    }
    return request.deepCopy();
  }

  /// The example, once for each text, number or flag that the request may hold anywhere, with
  /// something hostile there.
  List<ObjectNode> hostile(ObjectNode base) {
    var all = new ArrayList<ObjectNode>();
    for (var place : List.of("path", "query")) {
      for (var parameter : parameters(place)) {
        add(all, base, List.of(place, name(parameter)), parameter.get("schema"));
      }
    }
    if (!type.isEmpty()) {
      add(all, base, List.of("body"), body().get("schema"));
    }
    return all;
  }

  private JsonNode body() {
    return node.at("/requestBody/content").path(type);
  }

  private void add(List<ObjectNode> all, ObjectNode base, List<String> at, JsonNode reference) {
    var schema = document.resolve(reference);
    if (at.size() > Hostile.DEPTH_MAX) {
      return;
    }
    schema.path("anyOf").forEach(each -> add(all, base, at, each));
    switch (schema.path("type").asText()) {
      case "object" -> {
        schema
            .path("properties")
            .properties()
            .forEach(each -> add(all, base, plus(at, each.getKey()), each.getValue()));
        if (schema.path("additionalProperties").isObject()) {
          add(all, base, plus(at, Hostile.SQL), schema.get("additionalProperties"));
        }
      }
      case "array" -> add(all, base, plus(at, "0"), schema.get("items"));
      default -> Hostile.values(schema).forEach(value -> all.add(Hostile.with(base, at, value)));
    }
  }

  private static List<String> plus(List<String> path, String name) {
    var longer = new ArrayList<>(path);
    longer.add(name);
    return longer;
  }

  /// In what an answer is not what the document says; empty where it is.
  List<String> mistakes(Answer answered) throws Exception {
    var isAnswer = answered.status() == 200;
    if (!answered.contentType().startsWith(JSON_TYPE)) {
      return List.of("content type " + answered.contentType());
    }
    var mistakes = new ArrayList<>(Document.mistakes(isAnswer ? answer : failure, answered.body()));
    if (!isAnswer && !reasons().contains(answered.reason())) {
      mistakes.add("reason " + answered.reason());
    }
    return mistakes;
  }

  private Set<String> reasons() {
    var schema = document.failure();
    var reasons = new TreeSet<String>();
    schema.at("/properties/reason/x-enum-descriptions").fieldNames().forEachRemaining(reasons::add);
    return reasons;
  }

  private List<JsonNode> parameters(String in) {
    var all = new ArrayList<JsonNode>();
    for (var parameter : node.path("parameters")) {
      if (parameter.get("in").asText().equals(in)) {
        all.add(parameter);
      }
    }
    return all;
  }

  private static String name(JsonNode parameter) {
    return parameter.get("name").asText();
  }

  @Override
  public String toString() {
    return verb() + " " + path + (type.isEmpty() || type.equals(JSON_TYPE) ? "" : " " + type);
  }
}
