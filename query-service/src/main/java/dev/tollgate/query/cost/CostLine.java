package dev.tollgate.query.cost;

import dev.tollgate.kernel.clickhouse.Row;
import java.math.BigInteger;
import java.util.List;

/// One line of an answer: the sums of a group in a time bucket in a currency, cost in picos.
record CostLine(
    long bucket,
    List<String> group,
    String currency,
    BigInteger cost,
    long events,
    long errors,
    long unpricedEvents,
    Tokens tokens) {
  /// Tokens by kind; the later ones of input and output are parts of these.
  record Tokens(long input, long cacheRead, long cacheWrite, long output, long reasoning) {
    Tokens plus(Tokens other) {
      return new Tokens(
          Math.addExact(input, other.input),
          Math.addExact(cacheRead, other.cacheRead),
          Math.addExact(cacheWrite, other.cacheWrite),
          Math.addExact(output, other.output),
          Math.addExact(reasoning, other.reasoning));
    }
  }

  CostLine {
    group = List.copyOf(group);
  }

  static CostLine read(Row row, long bucket, List<String> group) {
    return new CostLine(
        bucket,
        group,
        row.text("currency"),
        row.bigInteger("cost"),
        row.integer("events"),
        row.integer("errors"),
        row.integer("unpriced_events"),
        new Tokens(
            row.integer("input_tokens"),
            row.integer("cache_read_tokens"),
            row.integer("cache_write_tokens"),
            row.integer("output_tokens"),
            row.integer("reasoning_tokens")));
  }

  /// The sum with another line of the same currency, without bucket and group.
  CostLine plus(CostLine other) {
    return new CostLine(
        0,
        List.of(),
        currency,
        cost.add(other.cost),
        Math.addExact(events, other.events),
        Math.addExact(errors, other.errors),
        Math.addExact(unpricedEvents, other.unpricedEvents),
        tokens.plus(other.tokens));
  }

  /// Without bucket and group.
  CostLine total() {
    return new CostLine(0, List.of(), currency, cost, events, errors, unpricedEvents, tokens);
  }

  Position position() {
    return new Position(bucket, cost, group, currency);
  }
}
