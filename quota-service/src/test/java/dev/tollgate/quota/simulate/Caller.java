package dev.tollgate.quota.simulate;

import dev.tollgate.proto.common.v1.Dimensions;
import dev.tollgate.quota.budget.Priority;
import dev.tollgate.quota.check.Check;
import dev.tollgate.quota.check.Checks;
import dev.tollgate.quota.check.Decision;
import dev.tollgate.quota.hold.Extended;
import dev.tollgate.quota.hold.Holds;
import dev.tollgate.quota.hold.Reservation;
import dev.tollgate.quota.hold.Spend;
import dev.tollgate.quota.hold.Subject;
import java.time.Duration;

/// A service that asks before it calls a model, and mostly says afterwards what it cost. It may die
/// in between.
final class Caller {
  private static final int DIES = 100;
  private static final int GIVES_BACK = 100;
  private static final int OVERRUNS = 30;
  private static final int STREAMS = 700;
  private static final int BYPASSES = 100;
  private static final int BEATS = 500;
  private static final int HERDS = 600;
  private static final long HERD_MILLIS = 15_000;

  private final Simulation simulation;
  private final World world;
  private final Network network;
  private final Checks checks;
  private final Holds holds;
  private final int number;
  private int left;

  Caller(
      Simulation simulation, Network network, Checks checks, Holds holds, int number, int calls) {
    this.simulation = simulation;
    this.world = simulation.world;
    this.network = network;
    this.checks = checks;
    this.holds = holds;
    this.number = number;
    this.left = calls;
  }

  /// Makes its next call, and all after it.
  void call() {
    if (left == 0) {
      return;
    }
    left--;
    var check = check();
    if (world.chance(BYPASSES)) {
      var spend = new Spend(world.random.nextInt(100_000), 5, world.random.nextInt(20));
      simulation.bypass(check.dimensions(), spend);
    }
    network.call(
        () -> checks.decide(check),
        decision -> {
          switch (decision) {
            case Decision.Allowed allowed -> model(check, allowed.reservation());
            case Decision.Denied denied -> pause();
          }
        },
        this::pause);
  }

  /* Often all at once, as retrying workers do: what reads first and writes later must lose. */
  private void pause() {
    if (world.chance(HERDS)) {
      var past = world.time.now().toEpochMilli() % HERD_MILLIS;
      world.after(Duration.ofMillis(HERD_MILLIS - past), this::call);
    } else {
      world.afterMillis(100, 20_000, this::call);
    }
  }

  private Check check() {
    var dimensions =
        Dimensions.newBuilder()
            .setProvider("p")
            .setModel("m")
            .setTeam("team-" + world.random.nextInt(2))
            .setUser("user-" + world.random.nextInt(3))
            .build();
    var most = 20 + world.random.nextInt(300);
    var id = "caller-" + number + "-call-" + left;
    return new Check(
        Simulation.TENANT,
        id,
        dimensions,
        new Subject("p", "m", "", ""),
        Priority.STANDARD,
        10 + world.random.nextInt(500),
        most,
        world.random.nextBoolean() ? 0 : 1 + world.random.nextInt(most),
        Duration.ofSeconds(5 + world.random.nextInt(60)),
        id);
  }

  private void model(Check check, Reservation reservation) {
    var beats = world.chance(BEATS);
    if (beats) {
      beat(check, reservation, 1 + world.random.nextInt(3));
    }
    world.afterMillis(200, 90_000, () -> end(reservation));
  }

  private void beat(Check check, Reservation reservation, int more) {
    if (more > 0) {
      world.after(
          check.holdDuration().dividedBy(2),
          () ->
              network.call(
                  () -> holds.extend(reservation, check.holdDuration()),
                  (Extended answer) -> beat(check, reservation, more - 1),
                  () -> {}));
    }
  }

  private void end(Reservation reservation) {
    var held = reservation.terms().held();
    var spend =
        world.chance(OVERRUNS)
            ? new Spend(held.costNanos() * 2, held.inputTokens(), held.outputTokens() * 2)
            : new Spend(
                world.random.nextLong(held.costNanos() + 1),
                held.inputTokens(),
                world.random.nextLong(held.outputTokens() + 1));
    if (world.chance(STREAMS)) {
      simulation.stream(reservation, spend);
    }
    if (world.chance(DIES)) {
      pause();
    } else if (world.chance(GIVES_BACK)) {
      network.call(() -> holds.release(reservation), answer -> pause(), this::pause);
    } else {
      network.call(() -> holds.settle(reservation, spend), answer -> pause(), this::pause);
    }
  }
}
