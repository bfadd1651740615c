package dev.tollgate.quota.recover;

import java.util.Optional;

/// Where the lives of tenants' counters are written down. Calls block; safe for concurrent use, by
/// any number of instances.
interface Epochs {
  Optional<Life> newest(String tenant);

  /// Writes the life as the version after the newest, or answers false where its version is not
  /// that.
  boolean append(String tenant, Life life);
}
