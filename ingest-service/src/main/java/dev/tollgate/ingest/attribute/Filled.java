package dev.tollgate.ingest.attribute;

import java.util.List;

/// What a rule filled in of a call's dimensions.
///
/// @param rule its id; empty where none filled in anything
/// @param dimensions their names, in order; of rows from before they were kept, none
public record Filled(String rule, List<String> dimensions) {
  public static final Filled NOTHING = new Filled("", List.of());

  public Filled {
    dimensions = List.copyOf(dimensions);
  }
}
