package dev.tollgate.rating;

import java.util.List;

/// A model of a price book: the name that is billed, its other names, and its prices. A call is for
/// the model that has its name, else for the one with the longest prefix of it, else for the one
/// whose pattern matches it.
///
/// @param aliases names that are billed the same
/// @param prefixes beginnings of names that are billed the same
/// @param patterns of names that are billed the same
public record Model(
    String provider,
    String name,
    List<String> aliases,
    List<String> prefixes,
    List<Glob> patterns,
    List<Price> prices) {

  /// Whether its name or an alias matches.
  boolean isNamed(Glob pattern) {
    return pattern.matches(name) || aliases.stream().anyMatch(pattern::matches);
  }
}
