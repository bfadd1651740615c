package dev.tollgate.quota.hold;

import java.time.Instant;
import java.util.List;

/// The store's answer to a wish.
public sealed interface Reserved {
  /// Held, now or by an earlier attempt of the same request, whose answer this is.
  record Granted(
      boolean replayed,
      String epoch,
      Instant checkTime,
      Instant expireTime,
      Terms terms,
      List<Counter> counters)
      implements Reserved {}

  /// At least one claim does not fit. Nothing was written.
  ///
  /// @param encumbered what each claim's counter stands at, in their order
  record Refused(Instant now, List<Long> encumbered) implements Reserved {}

  /// The request's id came before with other content.
  record Reused() implements Reserved {}

  /// The reservation was given back, or counted as spent, before this check arrived.
  record Closed(boolean settled) implements Reserved {}

  /// By the store's clock a claim's window is not the current one. Nothing was written.
  record Stale(Instant now) implements Reserved {}
}
