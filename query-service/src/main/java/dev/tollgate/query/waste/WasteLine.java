package dev.tollgate.query.waste;

import java.math.BigInteger;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What a group wasted in a currency.
record WasteLine(List<String> group, String currency, Map<WasteSum, BigInteger> sums) {
  WasteLine {
    group = List.copyOf(group);
    sums = Map.copyOf(sums);
  }

  /// The sum with another line of the same currency, without group.
  WasteLine plus(WasteLine other) {
    var both = new EnumMap<WasteSum, BigInteger>(sums);
    other.sums.forEach((sum, value) -> both.merge(sum, value, BigInteger::add));
    return new WasteLine(List.of(), currency, both);
  }

  WasteLine total() {
    return new WasteLine(List.of(), currency, sums);
  }

  /// Every sum is there.
  BigInteger get(WasteSum sum) {
    return sums.getOrDefault(sum, BigInteger.ZERO);
  }

  long count(WasteSum sum) {
    return get(sum).longValueExact();
  }

  BigInteger waste() {
    return get(WasteSum.SUPERSEDED_COST).add(get(WasteSum.FAILED_FINAL_COST));
  }
}
