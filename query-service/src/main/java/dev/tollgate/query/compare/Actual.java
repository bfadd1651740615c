package dev.tollgate.query.compare;

import java.math.BigInteger;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// Adds up what usage did cost, by currency. Not safe for concurrent use.
final class Actual {
  private final SortedMap<String, BigInteger> costs = new TreeMap<>();
  private long unpriced;

  void add(Used used) {
    costs.merge(used.currency(), used.signed(used.cost()), BigInteger::add);
    if (used.status().isUnknown()) {
      unpriced += used.sign();
    }
  }

  SortedMap<String, BigInteger> costs() {
    return Collections.unmodifiableSortedMap(costs);
  }

  /// Events whose cost is not known.
  long unpriced() {
    return unpriced;
  }
}
