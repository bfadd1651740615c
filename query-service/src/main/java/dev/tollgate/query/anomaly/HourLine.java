package dev.tollgate.query.anomaly;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.query.statement.Sum;
import dev.tollgate.query.statement.Sums;
import java.math.BigInteger;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.stream.IntStream;

/// What a subject did in an hour, in one currency.
///
/// @param hour the epoch for all hours that are not told apart
/// @param first the hour in which it was first seen
record HourLine(Subject subject, String currency, Instant hour, Instant first, Sums sums) {
  /// All lines of a subject and currency.
  static List<HourLine> read(Row row) {
    var subject = new Subject(row.text("dimension"), row.text("value"));
    var currency = row.text("currency");
    var first = Instant.ofEpochSecond(row.integer("first"));
    List<String> hours = row.list("hours");
    var figures = new EnumMap<Sum, List<String>>(Sum.class);
    AnomalyStatement.SUMS.forEach(sum -> figures.put(sum, row.list(sum.column())));
    return IntStream.range(0, hours.size())
        .mapToObj(i -> {
          var sums = new EnumMap<Sum, BigInteger>(Sum.class);
          figures.forEach((sum, values) -> sums.put(sum, new BigInteger(values.get(i))));
          var hour = Instant.ofEpochSecond(Long.parseLong(hours.get(i)));
          return new HourLine(subject, currency, hour, first, new Sums(sums));
        })
        .toList();
  }
}
