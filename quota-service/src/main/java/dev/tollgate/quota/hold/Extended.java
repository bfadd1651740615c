package dev.tollgate.quota.hold;

import java.time.Instant;

/// The store's answer to the heartbeat of a long call.
public sealed interface Extended {
  /// The hold is open until then.
  record Until(Instant expireTime) implements Extended {}

  /// The reservation was settled, or given back.
  record Closed(boolean settled) implements Extended {}

  /// It expired before; what its budgets charge for that stays until it is settled.
  record Lapsed() implements Extended {}

  /// The store knows nothing of it, though it has lost nothing since it was made: too late.
  record Unknown() implements Extended {}

  /// The store was lost and is not rebuilt yet. Nothing changed; to be asked again.
  record NotYet() implements Extended {}
}
