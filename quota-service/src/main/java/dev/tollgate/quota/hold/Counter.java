package dev.tollgate.quota.hold;

/// One number in the store: what a limit of a budget has spent and holds, for one group, in one
/// window.
///
/// @param budgetId of the budget, perhaps with the revision of its counting: `search~2`
/// @param group a hash of the group's values, [#NO_GROUP] for a budget without groups
/// @param startMillis the first instant of the window, or of the slot of a sliding one; 0 for a
///   lifetime
/// @param endMillis the first instant from which it does not matter: after the window, and for a
///   slot a window's length after the slot; 0 for a lifetime
public record Counter(
    String budgetId, CounterUnit unit, String group, long startMillis, long endMillis) {
  public static final String NO_GROUP = "-";

  /// What tells it from every other counter of its tenant.
  public String name() {
    return budgetId + ":" + unit.code() + ":" + group + ":" + startMillis;
  }

  /// The whole of it as text, without commas.
  String print() {
    return name() + ":" + endMillis;
  }

  static Counter parse(String printed) {
    var parts = printed.split(":", -1);
    return new Counter(
        parts[0],
        CounterUnit.of(parts[1]),
        parts[2],
        Long.parseLong(parts[3]),
        Long.parseLong(parts[4]));
  }

  public boolean isLifetime() {
    return endMillis == 0;
  }
}
