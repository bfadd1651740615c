package dev.tollgate.rating.extract;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads profiles from JSON. A field that it does not know, a count that is not there or a bucket
/// that does not exist is a mistake of the file, and named.
final class ProfileReader {
  private static final Set<String> FILE_FIELDS =
      Set.of("aliases", "service_tiers", "regions", "profiles");
  private static final Set<String> PROFILE_FIELDS =
      Set.of(
          "name",
          "why",
          "like",
          "serves",
          "roots",
          "marks",
          "counts",
          "sums",
          "lists",
          "service_tier",
          "region");

  /// A file of profiles.
  ///
  /// @throws IllegalArgumentException naming profile, field and rule
  static Profiles read(byte[] json) {
    JsonNode file;
    try {
      file = UsageJson.tree(json);
    } catch (IOException e) {
      throw new IllegalArgumentException("profiles: not JSON: " + e.getMessage(), e);
    }
    var root = Fields.of("profiles", file, FILE_FIELDS);
    var reader = new ProfileReader();
    for (var node : root.list("profiles")) {
      reader.add(node);
    }
    var profiles =
        new Profiles(
            List.copyOf(reader.profiles.values()),
            root.words("aliases"),
            new Hints(root.words("service_tiers")),
            new Hints(root.words("regions")));
    var providers = profiles.served().stream().map(Profiles.Served::provider).toList();
    root.words("aliases")
        .forEach((alias, provider) ->
            root.require(
                providers.contains(provider) && !providers.contains(alias),
                "aliases." + alias,
                provider + " (expected: a provider that is served, under another name)"));
    return profiles;
  }

  private final Map<String, Profile> profiles = new LinkedHashMap<>();
  private final Map<String, JsonNode> nodes = new HashMap<>();

  private ProfileReader() {}

  private void add(JsonNode node) {
    var name = Fields.of("profiles[" + profiles.size() + "]", node, PROFILE_FIELDS).text("name");
    var fields = Fields.of(name, node, PROFILE_FIELDS);
    fields.require(!profiles.containsKey(name), "name", name + " (expected: each once)");
    var parent = fields.has("like") ? fields.text("like") : "";
    var like = parent.isEmpty() ? null : nodes.get(parent);
    fields.require(
        parent.isEmpty() || (like != null && !like.has("like")),
        "like",
        parent + " (expected: an earlier profile that is like no other)");
    var inherited = like == null ? fields : Fields.of(name, like, PROFILE_FIELDS);
    var counts = new CountReader(merged(fields, inherited));
    var serves = fields.lists("serves");
    fields.require(!serves.isEmpty(), "serves", "empty (expected: at least one provider)");
    serves.forEach((provider, flavors) ->
        fields.require(
            !flavors.isEmpty() && Set.copyOf(flavors).size() == flavors.size(),
            "serves." + provider,
            flavors + " (expected: at least one flavor, each once)"));
    var profile =
        new Profile(
            name,
            serves,
            either("roots", fields, inherited).paths("roots"),
            either("marks", fields, inherited).paths("marks"),
            counts.counts(),
            counts.sums(either("sums", fields, inherited)),
            lists(either("lists", fields, inherited)),
            either("service_tier", fields, inherited).paths("service_tier"),
            either("region", fields, inherited).paths("region"));
    fields.require(
        profile.counts().stream().anyMatch(Count::required), "counts", "none is required");
    profiles.put(name, profile);
    nodes.put(name, node);
  }

  private static Fields either(String field, Fields own, Fields inherited) {
    return own.has(field) ? own : inherited;
  }

  /// What it is like has first; a count of its own by the same name takes the place of that one.
  private static Map<String, Fields> merged(Fields own, Fields inherited) {
    var merged = new LinkedHashMap<String, Fields>();
    for (var fields : List.of(inherited, own)) {
      if (fields.has("counts")) {
        fields
            .objects("counts")
            .forEach((name, count) ->
                merged.put(
                    name, Fields.of(fields.at("counts." + name), count, CountReader.FIELDS)));
      }
    }
    return merged;
  }

  private static List<Profile.KnownList> lists(Fields fields) {
    var lists = new ArrayList<Profile.KnownList>();
    if (fields.has("lists")) {
      for (var node : fields.list("lists")) {
        var list =
            Fields.of(fields.at("lists"), node, Set.of("list", "field", "known", "otherwise"));
        lists.add(
            new Profile.KnownList(
                list.text("list"),
                list.text("field"),
                new LinkedHashSet<>(list.texts("known")),
                list.text("otherwise")));
      }
    }
    return lists;
  }
}
