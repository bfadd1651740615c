package dev.tollgate.quota.hold;

import java.time.Duration;

/// A store that contracts are run against; another one in every test.
interface HoldsStage extends AutoCloseable {
  Holds holds();

  /// The same store under other limits.
  Holds holds(HoldLimits limits);

  Heads heads();

  /// Lets at least this much time pass on the store's clock.
  void elapse(Duration duration);

  /// Makes the store forget everything, as a Redis that comes back empty.
  void loseEverything();

  String tenant();

  @Override
  void close();
}
