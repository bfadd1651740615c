package dev.tollgate.query.saving;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.query.statement.Sum;
import dev.tollgate.query.statement.Sums;
import java.math.BigInteger;
import java.time.Instant;

/// What calls of a feature cost in one currency from a time on, up to the next one that was asked
/// for.
///
/// @param calls whose cost is known
record Spent(String feature, String currency, Instant from, long calls, BigInteger cost) {
  static Spent read(Row row) {
    var sums = Sums.read(row, "", SavingStatement.SPENT);
    return new Spent(
        row.text("group_0"),
        row.text("currency"),
        Instant.ofEpochSecond(row.integer("bucket")),
        sums.count(Sum.EVENTS) - sums.count(Sum.UNPRICED_EVENTS),
        sums.get(Sum.COST));
  }
}
