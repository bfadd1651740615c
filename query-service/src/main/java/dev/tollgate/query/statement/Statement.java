package dev.tollgate.query.statement;

import java.util.Map;

/// SQL and the values of its `{name:Type}` parameters, which travel beside it.
public record Statement(String sql, Map<String, Object> parameters) {
  public Statement {
    parameters = Map.copyOf(parameters);
  }
}
