package dev.tollgate.query.cost;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;

/// The sums of a line by the names of the fields of an answer's row: exact, and rounded when they
/// are asked for.
@NullMarked
final class ExactSums {
  private final Map<String, BigDecimal> sums = new HashMap<>();
  private final SortedMap<String, Long> usage = new TreeMap<>();

  void add(String name, long value, int sign) {
    add(name, BigDecimal.valueOf(value), sign);
  }

  void add(String name, BigDecimal value, int sign) {
    sums.merge(name, value.multiply(BigDecimal.valueOf(sign)), BigDecimal::add);
  }

  /* What the other line says, not what it is. */
  ExactSums plus(ExactSums other) {
    other.sums.keySet().forEach(name -> add(name, new BigDecimal(other.get(name)), 1));
    other.usage.forEach((name, quantity) -> usage.merge(name, quantity, Long::sum));
    usage.values().removeIf(quantity -> quantity == 0);
    return this;
  }

  BigInteger get(String name) {
    return rounded(sums.getOrDefault(name, BigDecimal.ZERO));
  }

  /// What was used, by bucket of usage.
  SortedMap<String, Long> usage() {
    return usage;
  }

  static BigInteger rounded(BigDecimal picos) {
    return picos.setScale(0, RoundingMode.HALF_EVEN).toBigIntegerExact();
  }
}
