package dev.tollgate.pricing.gather;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.failure.Failure;
import dev.tollgate.pricing.gather.FirstMatch.Candidate;
import dev.tollgate.pricing.gather.Refusal.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// Reads the data of genai-prices: a list of providers, each with models in the order in which
/// their rules of names are tried. Where none of a provider's own matches, those of the providers
/// it falls back on are tried; they become models of its own.
final class GenaiPrices {
  /// How many rules are followed at most: comparing them takes the square of their number.
  private static final int RULES_MAX = 5_000;

  private static final int RULES_OF_ALL_MAX = 100_000;

  /// A model where it is listed.
  private record Listed(String entry, String id, Clause rule, JsonNode node) {
    Listed at(String otherEntry) {
      return new Listed(otherEntry, id, rule, node);
    }
  }

  private final Dictionary words = Dictionary.of("genai-prices");
  private final Binder binder;
  private final String origin;
  private final List<String> used;
  private final Map<String, List<Listed>> models = new LinkedHashMap<>();
  private final Map<String, List<String>> fallbacks = new LinkedHashMap<>();

  GenaiPrices(Binder binder, String origin, List<String> used) {
    this.binder = binder;
    this.origin = origin;
    this.used = used;
  }

  void read(JsonNode root) {
    if (!root.isArray()) {
      throw Failure.invalid("file", "is a " + root.getNodeType() + " (expected: a list)");
    }
    for (var provider : root) {
      provider(provider);
    }
    var rules = 0L;
    for (var id : models.keySet()) {
      var all = withFallbacks(id);
      var count = all.stream().mapToLong(model -> model.rule().alternatives().count()).sum();
      rules += count;
      if (count > RULES_MAX || rules > RULES_OF_ALL_MAX) {
        throw Failure.invalid(
            "file",
            "provider %s: more than %d rules of names (expected: at most, and %d of all providers)"
                .formatted(id, RULES_MAX, RULES_OF_ALL_MAX));
      }
      bind(words.provider(id), all);
    }
  }

  private void provider(JsonNode node) {
    var id = node.path("id").asText();
    if (id.isEmpty() || models.containsKey(id) || !node.path("models").isArray()) {
      binder.refuse("provider " + id, "", Rule.NOT_AN_ENTRY, node.toString());
      return;
    }
    var listed = new ArrayList<Listed>();
    for (var model : node.path("models")) {
      binder.countEntry();
      model(id, model, listed);
    }
    models.put(id, listed);
    var others = new ArrayList<String>();
    node.path("fallback_model_providers").forEach(other -> others.add(other.asText()));
    fallbacks.put(id, others);
  }

  private void model(String provider, JsonNode node, List<Listed> listed) {
    var id = node.path("id").asText();
    var entry = provider + "/" + id;
    var rule = Clause.of(node.path("match"));
    if (id.isEmpty() || !node.has("prices")) {
      binder.refuse(entry, "", Rule.NOT_AN_ENTRY, node.toString());
    } else if (rule.isEmpty()) {
      binder.refuse(entry, "match", Rule.NAME_UNUSABLE, node.path("match").toString());
    } else {
      listed.add(new Listed(entry, id, rule.get(), node));
    }
  }

  private List<Listed> withFallbacks(String id) {
    var all = new ArrayList<>(models.getOrDefault(id, List.of()));
    for (var other : new LinkedHashSet<>(fallbacks.getOrDefault(id, List.of()))) {
      if (!other.equals(id)) {
        models
            .getOrDefault(other, List.of())
            .forEach(each -> all.add(each.at(id + " falling back on " + each.entry())));
      }
    }
    return all;
  }

  private void bind(String provider, List<Listed> all) {
    var candidates =
        all.stream().map(each -> new Candidate(each.entry(), each.id(), each.rule())).toList();
    var names = new FirstMatch(candidates, binder).names(used);
    for (int i = 0; i < all.size(); i++) {
      var model = all.get(i);
      var named = names.get(i);
      if (named.isPresent() && binder.admits(model.entry(), provider, named.get().name())) {
        var figures = new Figures(binder, model.entry(), origin + " " + model.entry());
        new GenaiModel(words, figures).read(model.node().path("prices"));
        binder.add(provider, named.get(), figures.taken());
      }
    }
  }
}
