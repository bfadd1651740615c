package dev.tollgate.quota.hold;

import dev.tollgate.time.FakeTime;
import java.time.Duration;
import java.time.Instant;

/// The model.
final class InMemoryStage implements HoldsStage {
  private final FakeTime time = new FakeTime(Instant.parse("2026-08-01T00:00:00Z"));
  private final InMemoryHolds holds = new InMemoryHolds(time);

  @Override
  public Holds holds() {
    return holds;
  }

  @Override
  public Holds holds(HoldLimits limits) {
    holds.limit(limits);
    return holds;
  }

  @Override
  public Heads heads() {
    return holds.heads();
  }

  @Override
  public void elapse(Duration duration) {
    time.advance(duration);
  }

  @Override
  public void loseEverything() {
    holds.loseEverything();
  }

  @Override
  public String tenant() {
    return "acme";
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
