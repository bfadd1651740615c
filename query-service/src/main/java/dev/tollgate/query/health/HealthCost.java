package dev.tollgate.query.health;

import dev.tollgate.kernel.clickhouse.Row;
import java.math.BigInteger;
import java.util.List;

/// What an endpoint cost in a currency in an hour, or in the whole range, in picos.
///
/// @param hour as of `CallHour`
/// @param unpriced events whose cost is not known
record HealthCost(
    long hour,
    List<String> group,
    String currency,
    BigInteger cost,
    BigInteger errorCost,
    long unpriced) {
  HealthCost {
    group = List.copyOf(group);
  }

  static HealthCost read(List<String> group, Row row) {
    return new HealthCost(
        row.integer("hour"),
        group,
        row.text("currency"),
        row.bigInteger("cost"),
        row.bigInteger("error_cost"),
        row.integer("unpriced_events"));
  }

  List<String> key() {
    return CallHour.key(hour, group);
  }
}
