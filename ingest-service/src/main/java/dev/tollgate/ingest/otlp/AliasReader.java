package dev.tollgate.ingest.otlp;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tollgate.ingest.otlp.Aliases.Count;
import dev.tollgate.ingest.otlp.Aliases.Ending;
import dev.tollgate.ingest.otlp.Aliases.Field;
import dev.tollgate.ingest.otlp.Aliases.From;
import dev.tollgate.ingest.otlp.Aliases.Kind;
import dev.tollgate.ingest.otlp.Aliases.Name;
import dev.tollgate.ingest.otlp.Aliases.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// Reads an alias table, strictly: what is unknown, missing or there twice is refused.
final class AliasReader {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private AliasReader() {}

  /// @throws IllegalArgumentException naming what is wrong
  static Aliases read(byte[] json) throws IOException {
    var table = JSON.readTree(json);
    only(
        table,
        Set.of(
            "kinds",
            "events",
            "fields",
            "counts",
            "providers",
            "frameworks",
            "hosts",
            "requested_model_first",
            "service_tiers",
            "endings",
            "free_errors"));
    return new Aliases(
        list(table, "kinds", AliasReader::kind),
        texts(table, "events"),
        whole(Field.class, byEnum(Field.class, in(table, "fields"), AliasReader::place)),
        whole(Count.class, byEnum(Count.class, in(table, "counts"), AliasReader::texts)),
        map(in(table, "providers")),
        texts(table, "frameworks"),
        map(in(table, "hosts")),
        texts(table, "requested_model_first"),
        map(in(table, "service_tiers")),
        whole(Ending.class, byEnum(Ending.class, in(table, "endings"), AliasReader::texts)),
        texts(table, "free_errors"));
  }

  private static Kind kind(JsonNode kind) {
    only(kind, Set.of("attribute", "inference", "structure"));
    return new Kind(
        text(in(kind, "attribute")), map(in(kind, "inference")), texts(kind, "structure"));
  }

  private static Place place(JsonNode place) {
    only(place, Set.of("from", "names"));
    return new Place(
        list(place, "from", from -> constant(From.class, text(from))),
        list(place, "names", AliasReader::name));
  }

  private static Name name(JsonNode name) {
    if (name.isTextual()) {
      return Name.of(name.textValue());
    }
    only(name, Set.of("name", "where", "is"));
    return new Name(text(in(name, "name")), text(in(name, "where")), text(in(name, "is")));
  }

  private static void only(JsonNode object, Set<String> known) {
    object
        .fieldNames()
        .forEachRemaining(name -> {
          if (!known.contains(name)) {
            throw new IllegalArgumentException(name + ": unknown (expected: one of " + known + ")");
          }
        });
  }

  private static JsonNode in(JsonNode object, String name) {
    var value = object.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + ": missing in " + object);
    }
    return value;
  }

  private static <T> List<T> list(JsonNode object, String name, Function<JsonNode, T> reader) {
    var all = new ArrayList<T>();
    in(object, name).forEach(element -> all.add(reader.apply(element)));
    return List.copyOf(all);
  }

  private static List<String> texts(JsonNode object, String name) {
    return texts(in(object, name));
  }

  private static List<String> texts(JsonNode array) {
    var all = new ArrayList<String>();
    array.forEach(element -> all.add(text(element)));
    return List.copyOf(all);
  }

  private static Map<String, String> map(JsonNode object) {
    var all = new LinkedHashMap<String, String>();
    object.properties().forEach(entry -> all.put(entry.getKey(), text(entry.getValue())));
    return Map.copyOf(all);
  }

  private static String text(JsonNode text) {
    if (!text.isTextual()) {
      throw new IllegalArgumentException(text + " (expected: a text)");
    }
    return text.textValue();
  }

  private static <E extends Enum<E>, T> Map<E, T> byEnum(
      Class<E> type, JsonNode object, Function<JsonNode, T> reader) {
    var all = new EnumMap<E, T>(type);
    object
        .properties()
        .forEach(entry -> all.put(constant(type, entry.getKey()), reader.apply(entry.getValue())));
    return all;
  }

  private static <E extends Enum<E>, T> Map<E, T> whole(Class<E> type, Map<E, T> map) {
    for (var constant : type.getEnumConstants()) {
      if (!map.containsKey(constant)) {
        throw new IllegalArgumentException(constant + ": missing");
      }
    }
    return Map.copyOf(map);
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String name) {
    return Enum.valueOf(type, name.toUpperCase(Locale.ROOT));
  }
}
