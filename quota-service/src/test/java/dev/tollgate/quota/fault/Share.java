package dev.tollgate.quota.fault;

import dev.tollgate.quota.hold.Spend;

/// What one call should contribute to its tenant's counters: from at least, to at most, and why.
///
/// @param charge what is charged for it at most
record Share(Call call, Kind kind, boolean surely, Spend charge) {
  /// Why.
  enum Kind {
    /// Its usage was settled.
    SETTLED,
    /// It was never settled, so its hold stays charged.
    CHARGED_EXPIRY,
    /// It was given back, denied, or never held.
    NOTHING
  }

  static Share nothing(Call call) {
    return new Share(call, Kind.NOTHING, true, Spend.NOTHING);
  }

  boolean isCharged() {
    return kind != Kind.NOTHING;
  }

  /// @param budget of [Audit#BUDGETS]
  long atMost(String budget) {
    if (!isCharged()) {
      return 0;
    }
    return switch (budget) {
      case "money" -> charge.costNanos();
      case "tokens" -> charge.tokens();
      case "calls" -> 1;
      default -> throw new IllegalArgumentException(budget);
    };
  }

  long atLeast(String budget) {
    return surely ? atMost(budget) : 0;
  }
}
