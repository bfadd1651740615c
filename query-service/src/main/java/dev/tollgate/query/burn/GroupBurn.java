package dev.tollgate.query.burn;

import dev.tollgate.proto.query.v1.BudgetUnit;
import java.math.BigInteger;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;

/// What a group of a budget used, by time bucket.
///
/// @param group as the ledger has it
record GroupBurn(List<String> group, List<Part> parts) {
  GroupBurn {
    group = List.copyOf(group);
    parts = List.copyOf(parts);
  }

  /// What was used in a time bucket, in the current window or before it.
  ///
  /// @param cost in nanos of the budget's currency
  record Part(
      Instant bucket,
      boolean now,
      BigInteger cost,
      long unpriced,
      BigInteger inputTokens,
      BigInteger outputTokens,
      long requests) {
    BigInteger of(BudgetUnit unit) {
      return switch (unit) {
        case BUDGET_UNIT_COST -> cost;
        case BUDGET_UNIT_TOKENS -> inputTokens.add(outputTokens);
        case BUDGET_UNIT_INPUT_TOKENS -> inputTokens;
        case BUDGET_UNIT_OUTPUT_TOKENS -> outputTokens;
        case BUDGET_UNIT_REQUESTS -> BigInteger.valueOf(requests);
        case BUDGET_UNIT_UNSPECIFIED, UNRECOGNIZED -> BigInteger.ZERO;
      };
    }
  }

  /// In the current window.
  BigInteger consumed(BudgetUnit unit) {
    return parts.stream()
        .filter(Part::now)
        .map(part -> part.of(unit))
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  /// Calls of the current window whose cost is not known.
  long unpriced() {
    return parts.stream().filter(Part::now).mapToLong(Part::unpriced).sum();
  }

  /// What was used in each bucket, in their order.
  List<Used> by(BudgetUnit unit, BurnTime time) {
    var sums = new HashMap<Instant, BigInteger>();
    parts.forEach(part -> sums.merge(part.bucket(), part.of(unit), BigInteger::add));
    return time.buckets().starts().stream()
        .map(bucket -> new Used(time.place(bucket), sums.getOrDefault(bucket, BigInteger.ZERO)))
        .toList();
  }
}
