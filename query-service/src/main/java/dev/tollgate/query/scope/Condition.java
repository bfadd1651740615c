package dev.tollgate.query.scope;

import dev.tollgate.kernel.dimension.Dimension;
import java.util.List;

/// Keeps rows by the value of one dimension; the empty value is "not attributed".
public record Condition(Dimension dimension, Operator operator, List<String> values) {
  /// How a dimension's value is held against a condition's.
  public enum Operator {
    IN,
    NOT_IN,
    /// Begins with one of them.
    PREFIX
  }

  public Condition {
    values = List.copyOf(values);
  }

  public static Condition in(Dimension dimension, List<String> values) {
    return new Condition(dimension, Operator.IN, values);
  }

  public Condition withValues(List<String> others) {
    return new Condition(dimension, operator, others);
  }
}
