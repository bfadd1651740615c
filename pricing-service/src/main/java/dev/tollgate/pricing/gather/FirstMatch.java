package dev.tollgate.pricing.gather;

import dev.tollgate.pricing.gather.Clause.Kind;
import dev.tollgate.pricing.gather.Refusal.Rule;
import dev.tollgate.rating.Glob;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Gives each model of a provider of genai-prices names of ours, such that every name that anyone
/// knows finds the same model here and there.
final class FirstMatch {
  /*
   * There, the first model of a list of which any rule matches is the one. Here, an exact name is
   * stronger than a prefix, a longer prefix than a shorter one, and any prefix than a pattern; and
   * patterns of two models must not overlap. So each text that a rule names is asked for as a name:
   * whoever is first there gets it as an alias or prefix here. A rule of what a name contains is
   * kept as a pattern only where it overlaps with no other model's; else what is kept of it is the
   * names that begin with it, and those that are known to be used.
   */

  /// A model's id and rules.
  record Candidate(String entry, String id, Clause rule) {}

  private final List<Candidate> models;
  private final Binder binder;
  private final List<List<String>> aliases = new ArrayList<>();
  private final List<List<String>> prefixes = new ArrayList<>();
  private final List<List<String>> patterns = new ArrayList<>();
  private final TreeMap<String, Integer> prefixOwners = new TreeMap<>();

  FirstMatch(List<Candidate> models, Binder binder) {
    this.models = models;
    this.binder = binder;
    for (int i = 0; i < models.size(); i++) {
      aliases.add(new ArrayList<>());
      prefixes.add(new ArrayList<>());
      patterns.add(new ArrayList<>());
    }
  }

  /// By model, in their order; empty where none of its names would ever reach it.
  List<Optional<Named>> names(List<String> used) {
    var texts = new LinkedHashSet<>(texts(Set.of(Kind.EQUALS)));
    texts.addAll(used);
    models.forEach(model -> texts.add(model.id()));
    texts.removeIf(text -> !Clause.isName(text));
    for (var text : texts) {
      var first = first(text, false);
      if (first >= 0) {
        aliases.get(first).add(text);
      }
    }
    for (var text : texts(Set.of(Kind.STARTS_WITH, Kind.CONTAINS))) {
      var first = first(text, true);
      prefixes.get(first).add(text);
      prefixOwners.put(text, first);
    }
    keepPatterns();
    var names = new ArrayList<Optional<Named>>();
    for (int i = 0; i < models.size(); i++) {
      names.add(named(i));
    }
    return names;
  }

  private Set<String> texts(Set<Kind> kinds) {
    var texts = new LinkedHashSet<String>();
    for (var model : models) {
      model
          .rule()
          .alternatives()
          .filter(clause -> kinds.contains(clause.kind()))
          .forEach(clause -> texts.add(clause.text()));
    }
    return texts;
  }

  /// The first model with a rule that matches the name; -1 where there is none.
  ///
  /// @param open only rules that match longer names too
  private int first(String name, boolean open) {
    for (int i = 0; i < models.size(); i++) {
      var rule = models.get(i).rule();
      if (open
          ? rule.alternatives()
              .anyMatch(clause -> clause.kind() != Kind.EQUALS && clause.matches(name))
          : rule.matches(name)) {
        return i;
      }
    }
    return -1;
  }

  private void keepPatterns() {
    for (int i = 0; i < models.size(); i++) {
      for (var clause : models.get(i).rule().alternatives().toList()) {
        var pattern = clause.pattern();
        if (pattern.isPresent() && isAlone(pattern.get(), i)) {
          patterns.get(i).add(pattern.get().text());
        } else if (pattern.isPresent() || clause.kind() == Kind.ALL) {
          binder.refuse(
              models.get(i).entry(),
              "match",
              Rule.RULE_NARROWED,
              clause.kind() + " " + clause.text());
        }
      }
    }
  }

  private boolean isAlone(Glob pattern, int owner) {
    for (int i = 0; i < models.size(); i++) {
      if (i != owner
          && models
              .get(i)
              .rule()
              .alternatives()
              .flatMap(clause -> clause.pattern().stream())
              .anyMatch(pattern::intersects)) {
        return false;
      }
    }
    return !isBehindPrefix(pattern, owner);
  }

  /* A prefix of another model is stronger than the pattern, whichever is first there. */
  private boolean isBehindPrefix(Glob pattern, int owner) {
    return prefixOwners.entrySet().stream()
        .anyMatch(prefix ->
            prefix.getValue() > owner && pattern.intersects(new Glob(prefix.getKey() + "*")));
  }

  private Optional<Named> named(int index) {
    var model = models.get(index);
    var own = aliases.get(index);
    var name =
        own.contains(model.id()) || first(model.id(), false) < 0
            ? Optional.of(model.id())
            : own.stream().findFirst();
    if (name.isEmpty()) {
      binder.refuse(model.entry(), "match", Rule.NAME_SHADOWED, model.id());
      return Optional.empty();
    }
    return Optional.of(
        new Named(
            name.get(),
            own.stream().filter(alias -> !alias.equals(name.get())).distinct().toList(),
            prefixes.get(index),
            patterns.get(index)));
  }
}
