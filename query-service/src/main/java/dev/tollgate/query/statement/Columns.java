package dev.tollgate.query.statement;

import dev.tollgate.kernel.dimension.Dimension;
import dev.tollgate.query.org.Placed;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Where each dimension lies in the ledger: the only names of columns that get into a statement
/// because of a request.
public final class Columns {
  private static final Set<String> IN_ROLLUP =
      Set.of(
          "customer",
          "team",
          "cost_center",
          "project",
          "user",
          "feature",
          "environment",
          "provider",
          "model",
          "region",
          "api_key",
          "agent",
          "workflow",
          "operation",
          "customer_tier",
          "plan",
          "prompt_version",
          "release");

  private static final Set<String> IN_EVENTS_ONLY =
      Set.of("endpoint", "session", "interaction", "trace", "request");

  private static final Set<String> IN_LATENCIES =
      Set.of("provider", "model", "feature", "endpoint", "region");

  private static final Map<String, String> EXPRESSIONS =
      Stream.concat(IN_ROLLUP.stream(), IN_EVENTS_ONLY.stream())
          .collect(Collectors.toUnmodifiableMap(Function.identity(), name -> "r.`" + name + "`"));

  private Columns() {}

  public static boolean inRollup(Dimension dimension) {
    return IN_ROLLUP.contains(dimension.name()) || Placed.is(dimension);
  }

  /// Whether the sketches of latencies are kept by it.
  public static boolean inLatencies(Dimension dimension) {
    return IN_LATENCIES.contains(dimension.name());
  }

  /// The dimension's value in a row. A tag's key is bound to the parameter of the given name.
  static String expression(Dimension dimension, String parameter) {
    if (dimension.isTag()) {
      return "r.tags[{" + parameter + ":String}]";
    }
    var expression = EXPRESSIONS.get(dimension.name());
    if (expression == null) {
      throw new IllegalArgumentException(dimension + ": not in the ledger");
    }
    return expression;
  }
}
