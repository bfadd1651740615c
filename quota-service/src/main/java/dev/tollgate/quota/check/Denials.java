package dev.tollgate.quota.check;

import dev.tollgate.quota.hold.Counter;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Denials of a moment ago, given again without a step in the store, so that a storm of calls on a
/// spent budget is this instance's work alone. Safe for concurrent use.
public final class Denials {
  /* What is remembered is where a counter stood when it refused a claim. A later check is denied by
  it if it claims no less, its limit is no higher, and no smaller output would do, until the time is
  over or something on that counter ends here. Other instances' settlements are not seen: that is
  what the time bounds. A budget that advises another model is always asked: advice must know where
  all the counters stand. */

  /// Remembers nothing.
  public static final Denials OFF = new Denials(Duration.ZERO);

  private static final int REMEMBERED_MAX = 10_000;

  private record Key(String tenant, Counter counter) {}

  private record Refusal(long limit, long amount, long encumbered, Instant until) {}

  private final Duration time;
  private final Map<Key, Refusal> refusals = new ConcurrentHashMap<>();

  /// @param time for which a denial may be given again; zero: never
  public Denials(Duration time) {
    this.time = time;
  }

  /// The denial of a check that asks for what was just refused.
  Optional<Decision.Denied> again(Demand demand, Instant now) {
    if (refusals.isEmpty()) {
      return Optional.empty();
    }
    for (var part : demand.parts()) {
      var claim = part.claim();
      var refusal = refusals.get(new Key(demand.check().tenant(), claim.counter()));
      if (refusal != null
          && now.isBefore(refusal.until())
          && claim.amount() >= refusal.amount()
          && claim.limit() <= refusal.limit()
          && demand.outputWithin(part, refusal.encumbered()) < demand.leastOutput()) {
        return Optional.of(Ruling.denial(part, refusal.encumbered(), now, List.of()));
      }
    }
    return Optional.empty();
  }

  /// Remembers the limits that refused a demand.
  void add(Demand demand, List<Long> encumbered, Instant now) {
    if (time.isZero()) {
      return;
    }
    if (refusals.size() >= REMEMBERED_MAX) {
      refusals.clear();
    }
    for (int i = 0; i < encumbered.size(); i++) {
      var part = demand.parts().get(i);
      var claim = part.claim();
      if (!claim.fits(encumbered.get(i)) && part.budget().models().downgrades().isEmpty()) {
        refusals.put(
            new Key(demand.check().tenant(), claim.counter()),
            new Refusal(claim.limit(), claim.amount(), encumbered.get(i), now.plus(time)));
      }
    }
  }

  /// Forgets what something that ended may have changed.
  public void forget(String tenant, Collection<Counter> counters) {
    if (!refusals.isEmpty()) {
      counters.forEach(counter -> refusals.remove(new Key(tenant, counter)));
    }
  }
}
