package dev.tollgate.query.chargeback;

import dev.tollgate.query.allocate.Allocation;
import java.math.BigInteger;
import java.util.Map;
import java.util.SortedMap;

/// How one kind of cost that has no cost centre is shared.
sealed interface Rule {
  /// Of cost lines; empty for calls.
  String category();

  /// The parts of an amount, by cost centre; where it can't be shared, all of it is the part of
  /// nobody, the empty name.
  SortedMap<String, BigInteger> share(BigInteger picos, String currency, MonthCost cost);

  private static SortedMap<String, BigInteger> byWeight(
      BigInteger picos, Map<String, BigInteger> weights) {
    return Allocation.byWeight(picos, weights.isEmpty() ? Map.of("", BigInteger.ONE) : weights);
  }

  record Even(String category) implements Rule {
    @Override
    public SortedMap<String, BigInteger> share(BigInteger picos, String currency, MonthCost cost) {
      var own = cost.own(currency).keySet();
      return own.isEmpty() ? byWeight(picos, Map.of()) : Allocation.even(picos, own);
    }
  }

  record Proportional(String category) implements Rule {
    @Override
    public SortedMap<String, BigInteger> share(BigInteger picos, String currency, MonthCost cost) {
      return byWeight(picos, cost.own(currency));
    }
  }

  record Fixed(String category, Map<String, BigInteger> shares) implements Rule {
    public Fixed {
      shares = Map.copyOf(shares);
    }

    @Override
    public SortedMap<String, BigInteger> share(BigInteger picos, String currency, MonthCost cost) {
      return byWeight(picos, shares);
    }
  }

  /// Here the part of nobody is what is idle.
  ///
  /// @param capacity in picos of the list cost of what could be used
  /// @param provider of the calls that use it; empty for all
  /// @param idleCostCenter who bears what is idle; empty for nobody
  record Committed(
      String category, String currency, BigInteger capacity, String provider, String idleCostCenter)
      implements Rule {
    @Override
    public SortedMap<String, BigInteger> share(BigInteger picos, String of, MonthCost cost) {
      return Allocation.ofCapacity(picos, capacity, cost.used(currency, provider), "");
    }
  }
}
