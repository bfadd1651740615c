package dev.tollgate.query.anomaly;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.scope.Condition;
import java.util.List;

/// Whose hours are looked at: a value of a dimension, or with both empty the tenant as a whole.
record Subject(String dimension, String value) {
  static final Subject WHOLE = new Subject("", "");

  boolean isWhole() {
    return dimension.isEmpty();
  }

  /// What keeps its rows.
  List<Condition> conditions() {
    return Dimension.of(dimension).stream()
        .map(known -> Condition.in(known, List.of(value)))
        .toList();
  }
}
