package dev.tollgate.quota.hold;

/// One number in the store: what a limit of a budget has spent and holds, for one group, in one
/// window.
///
/// @param group a hash of the group's values, [#NO_GROUP] for a budget without groups
/// @param startMillis the window's first instant; 0 for a lifetime
/// @param endMillis the first instant after the window; 0 for a lifetime
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
