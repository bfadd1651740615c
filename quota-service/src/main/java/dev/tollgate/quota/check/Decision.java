package dev.tollgate.quota.check;

import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.budget.Freeze;
import dev.tollgate.quota.budget.Limit;
import dev.tollgate.quota.hold.Reservation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The answer to a wish to make a call. Both cases are normal; neither is a failure.
public sealed interface Decision {
  /// The call may be made.
  ///
  /// @param clamped whether with less output than was asked for
  /// @param unheld whether nothing is held, as the store is away
  record Allowed(Reservation reservation, boolean clamped, boolean unheld, List<Notice> notices)
      implements Decision {
    public Allowed {
      notices = List.copyOf(notices);
    }
  }

  /// The call must not be made.
  sealed interface Denied extends Decision {}

  /// A limit does not admit it.
  ///
  /// @param byPriority whether the limit's threshold would, for a call that matters more
  /// @param remaining what is left of the limit, in what its counter counts
  /// @param requested what the call asked for, in the same
  /// @param resetMillis when the limit counts anew, or first counts less; 0 where never
  /// @param advice a way out: none or one
  record OverLimit(
      Budget budget,
      List<String> group,
      Limit limit,
      boolean byPriority,
      long remaining,
      long requested,
      Instant now,
      long resetMillis,
      List<Advice> advice)
      implements Denied {
    public OverLimit {
      group = List.copyOf(group);
      advice = List.copyOf(advice);
    }

    /// When the limit counts anew, or first counts less; empty where never.
    public Optional<Instant> resetTime() {
      return resetMillis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(resetMillis));
    }
  }

  /// Calls like it are frozen.
  record Frozen(Freeze freeze) implements Denied {}

  /// The carved out budget that it counts under has ended.
  record Ended(Budget budget, List<String> group) implements Denied {
    public Ended {
      group = List.copyOf(group);
    }
  }

  /// A budget does not admit its model.
  ///
  /// @param advice a way out: none or one
  record ModelNotAllowed(Budget budget, List<String> group, List<Advice> advice) implements Denied {
    public ModelNotAllowed {
      group = List.copyOf(group);
      advice = List.copyOf(advice);
    }

    ModelNotAllowed with(Optional<Advice> other) {
      return new ModelNotAllowed(budget, group, other.stream().toList());
    }
  }

  /// No budget says anything about it, and the tenant's rules deny that.
  record NoBudget() implements Denied {}
}
