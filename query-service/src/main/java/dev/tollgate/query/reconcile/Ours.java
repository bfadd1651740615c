package dev.tollgate.query.reconcile;

import java.math.BigInteger;

/// What the ledger has of a model, a day and an API key in a currency.
record Ours(
    Cell cell,
    String apiKey,
    String currency,
    BigInteger cost,
    long tokens,
    long events,
    long unpriced) {
  /// The sum with another of the same currency, of the cell and key of this one.
  Ours plus(Ours more) {
    return new Ours(
        cell,
        apiKey,
        currency,
        cost.add(more.cost),
        Math.addExact(tokens, more.tokens),
        events + more.events,
        unpriced + more.unpriced);
  }
}
