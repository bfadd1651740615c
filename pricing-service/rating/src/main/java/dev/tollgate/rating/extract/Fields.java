package dev.tollgate.rating.extract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// An object of the profiles' file, read strictly: every mistake is an IllegalArgumentException
/// that names place and rule.
record Fields(String place, JsonNode node) {
  static Fields of(String place, JsonNode node, Set<String> known) {
    var fields = new Fields(place, node);
    fields.require(node.isObject(), "", "no object");
    for (var property : node.properties()) {
      fields.require(known.contains(property.getKey()), property.getKey(), "unknown field");
    }
    return fields;
  }

  String at(String field) {
    return field.isEmpty() ? place : place + "." + field;
  }

  void require(boolean holds, String field, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(at(field) + ": " + rule);
    }
  }

  boolean has(String field) {
    return node.has(field);
  }

  String text(String field) {
    return text(field, node.path(field));
  }

  private String text(String field, JsonNode value) {
    require(
        value.isTextual() && !value.textValue().isBlank(),
        field,
        value + " (expected: a text that is not empty)");
    return value.textValue();
  }

  boolean flag(String field) {
    require(!has(field) || node.path(field).isBoolean(), field, "expected: true or false");
    return node.path(field).asBoolean(false);
  }

  int number(String field, int min, int max) {
    var value = node.path(field);
    require(
        !has(field) || (value.isInt() && value.intValue() >= min && value.intValue() <= max),
        field,
        value + " (expected: " + min + " to " + max + ")");
    return value.asInt(min);
  }

  List<JsonNode> list(String field) {
    require(node.path(field).isArray(), field, "expected: a list");
    var list = new ArrayList<JsonNode>();
    node.path(field).forEach(list::add);
    return list;
  }

  /// A list of texts, or one text; empty where it is absent.
  List<String> texts(String field) {
    if (!has(field)) {
      return List.of();
    }
    return texts(field, node.path(field));
  }

  private List<String> texts(String field, JsonNode value) {
    if (value.isTextual()) {
      return List.of(text(field, value));
    }
    require(value.isArray(), field, "expected: a text or a list of texts");
    var texts = new ArrayList<String>();
    value.forEach(element -> texts.add(text(field, element)));
    return List.copyOf(texts);
  }

  List<Path> paths(String field) {
    var paths = new ArrayList<Path>();
    for (var text : texts(field)) {
      try {
        paths.add(Path.parse(text));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(at(field) + ": " + e.getMessage(), e);
      }
    }
    return List.copyOf(paths);
  }

  Fields object(String field, Set<String> known) {
    return of(at(field), node.path(field), known);
  }

  Map<String, JsonNode> objects(String field) {
    require(node.path(field).isObject(), field, "expected: an object");
    var objects = new LinkedHashMap<String, JsonNode>();
    node.path(field).properties().forEach(p -> objects.put(p.getKey(), p.getValue()));
    return objects;
  }

  /// Text by text, in which a meaning may be empty.
  Map<String, String> words(String field) {
    var words = new LinkedHashMap<String, String>();
    objects(field)
        .forEach((word, meaning) -> {
          require(meaning.isTextual(), field + "." + word, "expected: a text");
          words.put(word, meaning.textValue());
        });
    return words;
  }

  Map<String, List<String>> lists(String field) {
    var lists = new LinkedHashMap<String, List<String>>();
    objects(field).forEach((name, value) -> lists.put(name, texts(field + "." + name, value)));
    return lists;
  }
}
