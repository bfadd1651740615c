package dev.tollgate.pricing.gather;

import java.util.List;

/// The names of a model, as books hold them.
record Named(String name, List<String> aliases, List<String> prefixes, List<String> patterns) {
  static Named just(String name) {
    return new Named(name, List.of(), List.of(), List.of());
  }
}
