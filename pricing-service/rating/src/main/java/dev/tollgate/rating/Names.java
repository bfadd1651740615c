package dev.tollgate.rating;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which model of a book a provider bills under a name.
final class Names {
  private record Pattern(Glob glob, Model model) {}

  private static final class OfProvider {
    final Map<String, Model> exact = new HashMap<>();
    final NavigableMap<String, Model> prefixes = new TreeMap<>();
    final List<Pattern> patterns = new ArrayList<>();
  }

  private final Map<String, OfProvider> byProvider = new HashMap<>();

  /// Takes models no two of which claim the same name by the same means.
  Names(List<Model> models) {
    for (var model : models) {
      var names = byProvider.computeIfAbsent(model.provider(), provider -> new OfProvider());
      names.exact.put(model.name(), model);
      model.aliases().forEach(alias -> names.exact.put(alias, model));
      model.prefixes().forEach(prefix -> names.prefixes.put(prefix, model));
      model.patterns().forEach(pattern -> names.patterns.add(new Pattern(pattern, model)));
    }
  }

  /// The model, and how it was found; null where none is.
  @Nullable Match match(String provider, String name) {
    var names = byProvider.get(provider);
    if (names == null) {
      return null;
    }
    var exact = names.exact.get(name);
    if (exact != null) {
      return new Match(exact, exact.name().equals(name) ? Match.By.NAME : Match.By.ALIAS, name);
    }
    return byPrefix(names, name);
  }

  /// As `match`, without telling how.
  @Nullable Model model(String provider, String name) {
    var names = byProvider.get(provider);
    if (names == null) {
      return null;
    }
    var exact = names.exact.get(name);
    if (exact != null) {
      return exact;
    }
    var match = byPrefix(names, name);
    return match == null ? null : match.model();
  }

  /* The longest prefix is the greatest text that is not above the name, or of what they share. */
  private static @Nullable Match byPrefix(OfProvider names, String name) {
    var below = names.prefixes.floorEntry(name);
    while (below != null) {
      var shared = shared(below.getKey(), name);
      if (shared == below.getKey().length()) {
        return new Match(below.getValue(), Match.By.PREFIX, below.getKey());
      }
      below = names.prefixes.floorEntry(name.substring(0, shared));
    }
    for (var pattern : names.patterns) {
      if (pattern.glob.matches(name)) {
        return new Match(pattern.model, Match.By.PATTERN, pattern.glob.text());
      }
    }
    return null;
  }

  private static int shared(String one, String other) {
    var length = Math.min(one.length(), other.length());
    for (int i = 0; i < length; i++) {
      if (one.charAt(i) != other.charAt(i)) {
        return i;
      }
    }
    return length;
  }
}
