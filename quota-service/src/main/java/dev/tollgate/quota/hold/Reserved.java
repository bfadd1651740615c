package dev.tollgate.quota.hold;

import java.time.Instant;
import java.util.List;

/// The store's answer to a wish. Of all but a grant, nothing was written.
public sealed interface Reserved {
  /// Held, now or by an earlier attempt of the same request, whose answer this is.
  ///
  /// @param epoch empty where this life of the store has not begun yet
  /// @param reports of the claims that stand above what they wanted to know of; none of a replay
  record Granted(
      boolean replayed,
      String epoch,
      Instant checkTime,
      Instant expireTime,
      Terms terms,
      List<Counter> counters,
      List<Report> reports)
      implements Reserved {}

  /// A claim that the grant left above its `reportAbove`.
  ///
  /// @param claim its place among the claims, from 0
  /// @param encumberedBefore the sum that it was judged by
  record Report(int claim, long encumberedBefore) {}

  /// At least one claim does not fit.
  ///
  /// @param encumbered what each claim's counter and earlier slots stand at together, in their
  ///   order
  record Refused(Instant now, List<Long> encumbered) implements Reserved {}

  /// The request's id came before with other content.
  record Reused() implements Reserved {}

  /// The reservation was given back, or counted as spent, before this check arrived.
  record Closed(boolean settled) implements Reserved {}

  /// By the store's clock a claim's window is not the current one.
  record Stale(Instant now) implements Reserved {}

  /// The tenant has no head: the store is new to it, or was lost.
  record NoEpoch() implements Reserved {}

  /// There is a newer policy than the claims come from.
  record StalePolicy(long policyVersion) implements Reserved {}

  /// A counter still lacks what the ledger knows of it.
  record Unseeded(long seededVersion) implements Reserved {}

  /// Holds of the store that was lost may still be open.
  record Recovering(Instant until) implements Reserved {}

  /// The claim's counter would be one more of its budget's groups than may be.
  ///
  /// @param claim its place among the claims, from 0
  record TooManyGroups(int claim) implements Reserved {}

  /// The tenant has that many holds open, or made that many in ten minutes.
  record TooManyHolds(long max) implements Reserved {}
}
