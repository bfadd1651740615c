package dev.tollgate.quota.hold;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// What a call adds to a budget that did not hold it: counters that differ in nothing but the unit.
///
/// @param amounts at least one
/// @param groupsMax how many groups may have counters in the window; 0 for a budget without groups
public record Debit(SequencedMap<Counter, Long> amounts, long groupsMax) {
  public Debit {
    amounts = new LinkedHashMap<>(amounts);
  }

  /// Of a budget without groups.
  public static Debit of(Counter counter, long amount) {
    return new Debit(new LinkedHashMap<>(Map.of(counter, amount)), 0);
  }

  Counter first() {
    return amounts.firstEntry().getKey();
  }
}
