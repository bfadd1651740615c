package dev.tollgate.ingest.reprice;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.rating.PriceStack;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The books by which one run rates: each tenant's newest when it was first asked for, so that a
/// book that is published meanwhile does not split the run. For one thread.
final class PinnedBooks {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Function<String, Optional<PriceStack>> newest;
  private final Map<String, PriceStack> pinned = new HashMap<>();

  PinnedBooks(Function<String, Optional<PriceStack>> newest) {
    this.newest = newest;
  }

  /// @throws Failure SERVICE_UNAVAILABLE where there is none yet
  PriceStack of(String tenant) {
    return pinned.computeIfAbsent(
        tenant,
        name ->
            newest
                .apply(name)
                .orElseThrow(() ->
                    Failure.retryable(
                        Reason.SERVICE_UNAVAILABLE, "there is no price book yet", RETRY)));
  }
}
