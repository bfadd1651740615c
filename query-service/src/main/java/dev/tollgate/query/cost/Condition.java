package dev.tollgate.query.cost;

import dev.tollgate.kernel.dimension.Dimension;
import java.util.List;

/// Keeps the rows whose dimension has one of the values; the empty one is "not attributed".
record Condition(Dimension dimension, List<String> values) {
  Condition {
    values = List.copyOf(values);
  }
}
