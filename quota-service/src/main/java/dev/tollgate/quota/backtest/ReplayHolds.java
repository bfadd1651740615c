package dev.tollgate.quota.backtest;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.budget.Budget;
import dev.tollgate.quota.hold.Claim;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.CounterUnit;
import dev.tollgate.quota.hold.Reserved;
import dev.tollgate.quota.hold.Reserving;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Wish;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/// Counters of a time that is over, call by call. What is granted is settled at once with what the
/// call came to. Not safe for concurrent use.
final class ReplayHolds implements Reserving {
  private static final String EPOCH = "replay";

  private static final PastCall NONE_YET =
      new PastCall(
          "", Instant.EPOCH, Dimensions.getDefaultInstance(), "", 0, "", false, Spend.NOTHING);

  private final int countersMax;
  private final Map<Counter, Long> counters = new HashMap<>();
  private final TreeMap<Long, List<Counter>> byEnd = new TreeMap<>();
  private final Map<Window, Integer> groups = new HashMap<>();
  private PastCall call = NONE_YET;

  /* Whose groups are counted together. */
  private record Window(String budgetId, long startMillis, long endMillis) {
    static Window of(Counter counter) {
      return new Window(counter.budgetId(), counter.startMillis(), counter.endMillis());
    }
  }

  /// @param countersMax it fails with QUERY_TOO_LARGE above so many at a time
  ReplayHolds(int countersMax) {
    this.countersMax = countersMax;
  }

  /// Turns to the next call: its time is now, and what is held is held for it.
  void turnTo(PastCall next) {
    call = next;
    var now = next.checkTime().toEpochMilli();
    while (!byEnd.isEmpty() && byEnd.firstKey() <= now) {
      for (var counter : byEnd.pollFirstEntry().getValue()) {
        counters.remove(counter);
        groups.remove(Window.of(counter));
      }
    }
  }

  /// Counts the call as the ledger does, whatever the limits.
  void count(Collection<Budget> budgets) {
    for (var budget : budgets) {
      var group = budget.group(call.dimensions());
      for (var limit : budget.limits()) {
        if (!limit.unit().isCost() || limit.currency().equals(call.currency())) {
          var counter = budget.counter(limit, group, call.checkTime());
          add(counter, limit.unit().of(call.spend()));
        }
      }
    }
  }

  int size() {
    return counters.size();
  }

  @Override
  public Instant now() {
    return call.checkTime();
  }

  @Override
  public CompletableFuture<Reserved> reserve(Wish wish) {
    var encumbered = new ArrayList<Long>(wish.claims().size());
    var fits = true;
    for (var claim : wish.claims()) {
      var sum = encumbered(claim);
      encumbered.add(sum);
      fits &= claim.fits(sum);
    }
    if (!fits) {
      return done(new Reserved.Refused(now(), encumbered));
    }
    for (int i = 0; i < wish.claims().size(); i++) {
      if (isOneGroupTooMany(wish.claims().get(i))) {
        return done(new Reserved.TooManyGroups(i));
      }
    }
    return done(grant(wish));
  }

  private long encumbered(Claim claim) {
    long sum = counters.getOrDefault(claim.counter(), 0L);
    for (var slot : claim.earlier()) {
      sum += counters.getOrDefault(slot, 0L);
    }
    return sum;
  }

  private boolean isOneGroupTooMany(Claim claim) {
    return claim.groupsMax() > 0
        && !counters.containsKey(claim.counter())
        && groups.getOrDefault(Window.of(claim.counter()), 0) >= claim.groupsMax();
  }

  private Reserved grant(Wish wish) {
    var actual = actual(wish);
    for (var claim : wish.claims()) {
      if (claim.groupsMax() > 0 && !counters.containsKey(claim.counter())) {
        groups.merge(Window.of(claim.counter()), 1, Integer::sum);
      }
    }
    for (var claim : wish.claims()) {
      add(claim.counter(), claim.counter().unit().of(actual));
    }
    return new Reserved.Granted(
        false, EPOCH, now(), now().plus(wish.holdDuration()), wish.terms(), List.of(), List.of());
  }

  /* What nobody knows stays as it was held. */
  private Spend actual(Wish wish) {
    var held = wish.terms().held();
    var known = call.spend();
    if (!call.unknownCost() && call.currency().equals(wish.terms().currency())) {
      return known;
    }
    return known.inputTokens() > 0 || known.outputTokens() > 0
        ? new Spend(held.costNanos(), known.inputTokens(), known.outputTokens())
        : held;
  }

  private void add(Counter counter, long amount) {
    var before = counters.get(counter);
    counters.put(counter, Math.min((before == null ? 0 : before) + amount, CounterUnit.EXACT_MAX));
    if (before == null && !counter.isLifetime()) {
      byEnd.computeIfAbsent(counter.endMillis(), end -> new ArrayList<>()).add(counter);
    }
    if (counters.size() > countersMax) {
      throw Failure.of(
          Reason.QUERY_TOO_LARGE,
          "more than %d counters at a time (expected: budgets of fewer groups)"
              .formatted(countersMax));
    }
  }

  private static <T> CompletableFuture<T> done(T answer) {
    return CompletableFuture.completedFuture(answer);
  }
}
