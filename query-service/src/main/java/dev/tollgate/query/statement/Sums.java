package dev.tollgate.query.statement;

import dev.tollgate.kernel.clickhouse.Row;
import java.math.BigInteger;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/// Sums of one group; one that was not asked for is 0.
public record Sums(Map<Sum, BigInteger> values) {
  public static final Sums ZERO = new Sums(Map.of());

  public Sums {
    values = Map.copyOf(values);
  }

  /// Those that stand in a row in columns of their names, after a prefix.
  public static Sums read(Row row, String prefix, Collection<Sum> sums) {
    var values = new EnumMap<Sum, BigInteger>(Sum.class);
    sums.forEach(sum -> values.put(sum, row.bigInteger(prefix + sum.column())));
    return new Sums(values);
  }

  public BigInteger get(Sum sum) {
    return values.getOrDefault(sum, BigInteger.ZERO);
  }

  /// As a number of 64 bits, which every sum but an amount is.
  public long count(Sum sum) {
    return get(sum).longValueExact();
  }

  public boolean isZero() {
    return values.values().stream().allMatch(value -> value.signum() == 0);
  }

  public Sums plus(Sums other) {
    var values = new EnumMap<Sum, BigInteger>(Sum.class);
    values.putAll(this.values);
    other.values.forEach((sum, value) -> values.merge(sum, value, BigInteger::add));
    return new Sums(values);
  }
}
