package dev.tollgate.query.impact;

import dev.tollgate.kernel.clickhouse.Row;
import dev.tollgate.query.estimate.Mean;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Usage on one side of a deployment.
///
/// @param costs by currency
record Side(
    long requests,
    long attempts,
    long errors,
    BigInteger tokens,
    long unpriced,
    Map<String, Cost> costs,
    Pace pace) {
  static final Side NONE = new Side(0, 0, 0, BigInteger.ZERO, 0, Map.of(), Pace.NONE);

  /// What all requests cost in a currency, in picos, and the sum of the squares of what each did.
  record Cost(BigInteger sum, BigInteger squares) {
    static final Cost NONE = new Cost(BigInteger.ZERO, BigInteger.ZERO);
  }

  Side {
    costs = Map.copyOf(costs);
  }

  static Side read(Row row) {
    var costs = new HashMap<String, Cost>();
    List<String> currencies = row.list("currencies");
    List<BigInteger> sums = row.list("costs");
    List<BigInteger> squares = row.list("squares");
    for (var i = 0; i < currencies.size(); i++) {
      costs.put(currencies.get(i), new Cost(sums.get(i), squares.get(i)));
    }
    return new Side(
        row.integer("requests"),
        row.integer("attempts"),
        row.integer("errors"),
        row.bigInteger("tokens"),
        row.integer("unpriced_events"),
        costs,
        Pace.NONE);
  }

  Side with(Pace other) {
    return new Side(requests, attempts, errors, tokens, unpriced, costs, other);
  }

  Cost cost(String currency) {
    return costs.getOrDefault(currency, Cost.NONE);
  }

  /// What a request cost in a currency, of all requests; those that cost nothing in it are among
  /// them.
  Mean mean(String currency) {
    if (requests < 2) {
      return new Mean(requests, 0, 0);
    }
    var cost = cost(currency);
    var count = BigInteger.valueOf(requests);
    // Exact up to the division: variance is the difference of two numbers that may be much alike.
    var deviations = cost.squares().multiply(count).subtract(cost.sum().pow(2));
    var pairs = count.multiply(count.subtract(BigInteger.ONE));
    return new Mean(requests, ratio(cost.sum(), count), ratio(deviations, pairs));
  }

  private static double ratio(BigInteger part, BigInteger whole) {
    return new BigDecimal(part).divide(new BigDecimal(whole), MathContext.DECIMAL128).doubleValue();
  }
}
