package dev.tollgate.quota.check;

import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.hold.Reservation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The answer to a wish to make a call. Both cases are normal; neither is a failure.
public sealed interface Decision {
  /// The call may be made, and its worst case is held.
  record Allowed(Reservation reservation, boolean clamped) implements Decision {}

  /// The call must not be made.
  ///
  /// @param remaining what is left of the limit, in what its counter counts
  /// @param requested what the call asked for, in the same
  /// @param endMillis the end of the window; 0 for a lifetime
  record Denied(
      String budgetId,
      String displayName,
      List<String> group,
      Limit limit,
      long remaining,
      long requested,
      Instant now,
      long endMillis)
      implements Decision {
    public Denied {
      group = List.copyOf(group);
    }

    /// When the limit counts from 0 again; empty where never.
    public Optional<Instant> resetTime() {
      return endMillis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(endMillis));
    }
  }
}
