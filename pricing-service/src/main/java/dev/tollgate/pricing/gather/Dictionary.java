package dev.tollgate.pricing.gather;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tollgate.rating.Bucket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the words of a collection mean in ours: providers, and fields of prices. It is data, read
/// from a resource.
record Dictionary(
    Map<String, String> providers, Set<String> prefixes, Map<String, List<Field>> fields) {
  static Dictionary of(String name) {
    var resource = "/dev/tollgate/pricing/gather/" + name + ".json";
    try (var in = Dictionary.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing");
      }
      return read(new JsonMapper().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Dictionary read(JsonNode node) {
    var providers = new LinkedHashMap<String, String>();
    node.path("providers")
        .properties()
        .forEach(each -> providers.put(each.getKey(), each.getValue().textValue()));
    var fields = new LinkedHashMap<String, List<Field>>();
    node.path("fields")
        .properties()
        .forEach(each -> {
          var meanings = new ArrayList<Field>();
          each.getValue().forEach(meaning -> meanings.add(field(meaning)));
          fields.put(each.getKey(), List.copyOf(meanings));
        });
    return new Dictionary(providers, texts(node.path("prefixes")), fields);
  }

  private static Field field(JsonNode node) {
    return new Field(
        Bucket.of(node.path("bucket").asText()).orElseThrow(),
        node.path("quantity").asLong(1_000_000),
        node.path("per").asLong(1),
        texts(node.path("modes")));
  }

  private static Set<String> texts(JsonNode list) {
    var texts = new LinkedHashSet<String>();
    list.forEach(text -> texts.add(text.textValue()));
    return texts;
  }

  /// Our name of a provider: theirs, where the two don't differ.
  String provider(String theirs) {
    return providers.getOrDefault(theirs, theirs);
  }
}
