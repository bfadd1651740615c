package dev.tollgate.query.unit;

import java.math.BigInteger;
import java.util.List;

/// What a group cost and brought in a currency, in picos.
///
/// @param unit the cost, and with it the revenue
/// @param value what else it was worth
record RoiLine(UnitLine unit, BigInteger value) {
  static RoiLine of(UnitLine unit) {
    return new RoiLine(unit, BigInteger.ZERO);
  }

  /// Of a line whose revenue is not paid, but value.
  static RoiLine value(UnitLine line) {
    var nothing = UnitLine.revenue(line.group(), line.currency(), BigInteger.ZERO);
    return new RoiLine(nothing, line.revenue());
  }

  RoiLine plus(RoiLine more) {
    return new RoiLine(unit.plus(more.unit), value.add(more.value));
  }

  RoiLine total() {
    return new RoiLine(unit.total(), value);
  }

  List<String> group() {
    return unit.group();
  }

  String currency() {
    return unit.currency();
  }

  /// Value and revenue.
  BigInteger gross() {
    return value.add(unit.revenue());
  }

  BigInteger net() {
    return gross().subtract(unit.cost());
  }
}
