package dev.tollgate.query.search;

import java.math.BigInteger;

/// What found events sum up to in one currency.
record FoundTotal(String currency, long rows, BigInteger cost, long events, long unpriced) {
  FoundTotal plus(FoundTotal more) {
    return new FoundTotal(
        currency,
        Math.addExact(rows, more.rows),
        cost.add(more.cost),
        Math.addExact(events, more.events),
        Math.addExact(unpriced, more.unpriced));
  }
}
