package dev.tollgate.query.allocate;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Divides amounts into whole picos that add up to them.
public final class Allocation {
  /* By largest remainder: each share gets the amount times its weight over the sum of all weights,
  cut off; what is then missing goes, a pico each, to the shares of which most was cut off, among
  equal ones to the first. A credit is divided as the cost that it takes back would be. */

  private Allocation() {}

  /// The same to everyone, of whom there is at least one.
  public static <K extends Comparable<K>> SortedMap<K, BigInteger> even(
      BigInteger picos, Collection<K> shares) {
    return byWeight(
        picos,
        shares.stream()
            .distinct()
            .collect(Collectors.toMap(Function.identity(), _ -> BigInteger.ONE)));
  }

  /// To each by its weight: what was used or spent, or a share that was agreed.
  ///
  /// @param weights none below 0, one above 0
  public static <K extends Comparable<K>> SortedMap<K, BigInteger> byWeight(
      BigInteger picos, Map<K, BigInteger> weights) {
    var sum = weights.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
    if (sum.signum() == 0 || weights.values().stream().anyMatch(each -> each.signum() < 0)) {
      throw new IllegalArgumentException(weights + " (expected: none below 0, one above 0)");
    }
    var amount = picos.abs();
    var parts = new TreeMap<K, BigInteger>();
    var cutOff = new TreeMap<K, BigInteger>();
    weights.forEach((share, weight) -> {
      var divided = amount.multiply(weight).divideAndRemainder(sum);
      parts.put(share, divided[0]);
      cutOff.put(share, divided[1]);
    });
    var missing = parts.values().stream().reduce(amount, BigInteger::subtract).intValueExact();
    var order = new ArrayList<>(cutOff.entrySet());
    order.sort(Map.Entry.<K, BigInteger>comparingByValue().reversed());
    order
        .subList(0, missing)
        .forEach(each -> parts.merge(each.getKey(), BigInteger.ONE, BigInteger::add));
    if (picos.signum() < 0) {
      parts.replaceAll((_, part) -> part.negate());
    }
    return parts;
  }

  /// What was paid for a capacity, to each by what it used of it, and what nobody used to `idle`.
  /// Use beyond the capacity shares all of the amount.
  ///
  /// @param used from 0; `idle` is not among these
  public static <K extends Comparable<K>> SortedMap<K, BigInteger> ofCapacity(
      BigInteger picos, BigInteger capacity, Map<K, BigInteger> used, K idle) {
    var all = used.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
    var weights = new TreeMap<>(used);
    weights.put(idle, capacity.subtract(all).max(BigInteger.ZERO));
    return byWeight(picos, weights);
  }
}
