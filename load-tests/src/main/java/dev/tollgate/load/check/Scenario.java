package dev.tollgate.load.check;

import java.util.Locale;

/// What is measured as calls per second, in this order in every round.
enum Scenario {
  NOOP,
  NOOP_INTERCEPTED,
  STRICT,
  STREAM,
  REDIS_FLOOR,
  BUCKET4J,
  BUCKET4J_HOT,
  TENANTS,
  TEAMS,
  BUDGETS;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
