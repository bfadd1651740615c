package dev.tollgate.query.unit;

import java.math.BigInteger;
import java.util.List;

/// What a group cost and brought in a currency, in picos.
///
/// @param model of calls
/// @param other of what is paid besides calls
/// @param unpriced events whose cost is not known
public record UnitLine(
    List<String> group,
    String currency,
    BigInteger model,
    BigInteger other,
    BigInteger revenue,
    long unpriced) {
  public UnitLine {
    group = List.copyOf(group);
  }

  static UnitLine model(List<String> group, String currency, BigInteger cost, long unpriced) {
    return new UnitLine(group, currency, cost, BigInteger.ZERO, BigInteger.ZERO, unpriced);
  }

  static UnitLine other(List<String> group, String currency, BigInteger cost) {
    return new UnitLine(group, currency, BigInteger.ZERO, cost, BigInteger.ZERO, 0);
  }

  static UnitLine revenue(List<String> group, String currency, BigInteger value) {
    return new UnitLine(group, currency, BigInteger.ZERO, BigInteger.ZERO, value, 0);
  }

  /// The sum with another line of the same currency, in the group of this one.
  UnitLine plus(UnitLine more) {
    return new UnitLine(
        group,
        currency,
        model.add(more.model),
        other.add(more.other),
        revenue.add(more.revenue),
        unpriced + more.unpriced);
  }

  UnitLine total() {
    return new UnitLine(List.of(), currency, model, other, revenue, unpriced);
  }

  /// Of calls and of what is paid besides them.
  public BigInteger cost() {
    return model.add(other);
  }
}
