package dev.tollgate.quota.simulate;

import dev.tollgate.quota.hold.Claim;
import dev.tollgate.quota.hold.Counter;
import dev.tollgate.quota.hold.Spend;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What an auditor knows of one reservation, from what was answered about it alone.
final class Book {
  /// How it ended, if it has.
  enum State {
    OPEN,
    LAPSED,
    SETTLED,
    BY_LEDGER,
    GIVEN_BACK
  }

  final String id;
  final Instant checkTime;
  final Map<Counter, Long> held = new HashMap<>();
  private final Map<Counter, Long> lapsed = new HashMap<>();
  Instant expireTime;
  State state = State.OPEN;
  Map<Counter, Long> contributed;

  Book(String id, Instant checkTime, Instant expireTime, List<Claim> claims) {
    this.id = id;
    this.checkTime = checkTime;
    this.expireTime = expireTime;
    for (var claim : claims) {
      held.put(claim.counter(), claim.amount());
      lapsed.put(claim.counter(), claim.lapsed());
    }
    contributed = held;
  }

  void lapse() {
    state = State.LAPSED;
    contributed = lapsed;
  }

  void giveBack() {
    state = State.GIVEN_BACK;
    contributed = Map.of();
  }

  void settle(Spend actual, State by) {
    var amounts = new HashMap<Counter, Long>();
    held.keySet().forEach(counter -> amounts.put(counter, counter.unit().of(actual)));
    state = by;
    contributed = amounts;
  }
}
