package dev.tollgate.query.org;

import dev.tollgate.kernel.dimension.Dimension;
import java.util.Map;
import java.util.Optional;

/// The dimensions that follow from where the org tree puts an event's team.
public final class Placed {
  public static final Dimension DEPARTMENT = Dimension.derived("department");

  /// What the tree says; where it says nothing, what the event states.
  public static final Dimension COST_CENTER = Dimension.derived("org.cost_center");

  public static final Dimension OWNER = Dimension.derived("owner");

  private static final Map<String, Dimension> BY_NAME =
      Map.of("department", DEPARTMENT, "cost_center", COST_CENTER, "owner", OWNER);

  private Placed() {}

  /// By the name that a question has for it.
  public static Optional<Dimension> of(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  public static boolean is(Dimension dimension) {
    return BY_NAME.containsValue(dimension);
  }
}
