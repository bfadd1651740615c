package dev.tollgate.load.check;

import java.util.concurrent.atomic.AtomicLong;

/// A budget small enough to fill, and what its callers were granted of it.
///
/// A settlement counts from when it is sent, a grant from when it is heard of: so this never knows
/// of more than the server had admitted at some instant, and if it passes the limit, so did the
/// server.
final class Cap {
  private final String feature;
  private final long limit;
  private final AtomicLong admitted = new AtomicLong();
  private final AtomicLong most = new AtomicLong();

  /// @param feature the dimension's value that calls under it have
  /// @param limit in tokens
  Cap(String feature, long limit) {
    this.feature = feature;
    this.limit = limit;
  }

  String feature() {
    return feature;
  }

  void granted(long tokens) {
    most.accumulateAndGet(admitted.addAndGet(tokens), Math::max);
  }

  void settling(long heldTokens, long usedTokens) {
    admitted.addAndGet(usedTokens - heldTokens);
  }

  /// The most that was admitted at any instant, as a part of the limit.
  double mostOverLimit() {
    return (double) most.get() / limit;
  }
}
