package dev.tollgate.pricing.gather;

import java.util.List;

/// What is known beside a collection's bytes.
///
/// @param origin how sources of prices name the file: repository, commit and date; empty where that
///   is not known
/// @param names of models that calls use: what the collection's rules say about each is kept, also
///   where the rule itself can't be
public record Known(String origin, List<String> names) {
  public static final Known NOTHING = new Known("", List.of());

  public Known {
    names = List.copyOf(names);
  }
}
