package dev.tollgate.quota.hold;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/// What a decision needs of the store: its clock, and to hold what a call may come to.
public interface Reserving {
  /// The instant by the store's clock, which decides expiry and windows. Instances' own clocks
  /// don't matter.
  Instant now();

  /// Holds every claim or none; the answer to a retry is the first one.
  CompletableFuture<Reserved> reserve(Wish wish);
}
