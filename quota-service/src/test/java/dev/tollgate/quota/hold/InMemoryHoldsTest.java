package dev.tollgate.quota.hold;

import dev.tollgate.time.FakeTime;
import java.time.Duration;
import java.time.Instant;

class InMemoryHoldsTest extends HoldsContract {
  private final FakeTime time = new FakeTime(Instant.parse("2026-08-01T00:00:00Z"));
  private final InMemoryHolds holds = new InMemoryHolds(time);

  @Override
  Holds holds() {
    return holds;
  }

  @Override
  Heads heads() {
    return holds.heads();
  }

  @Override
  void elapse(Duration duration) {
    time.advance(duration);
  }

  @Override
  void loseEverything() {
    holds.loseEverything();
  }

  @Override
  String tenant() {
    return "acme";
  }
}
