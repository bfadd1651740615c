package dev.tollgate.quota.hold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.quota.redis.LocalCluster;
import dev.tollgate.quota.redis.LocalRedis;
import io.lettuce.core.cluster.SlotHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// The contract on a cluster of three masters, and what becomes of counters whose slot is moved.
class ClusterHoldsIT extends HoldsContract {
  private static final LocalCluster CLUSTER = LocalCluster.start(3);
  private static final int CALLERS = 8;
  private static final long PLENTY = 1_000_000_000L;

  private final AtomicLong finished = new AtomicLong();
  private final AtomicLong retried = new AtomicLong();
  private final AtomicLong encumbered = new AtomicLong();
  private final AtomicLong held = new AtomicLong();
  private final ConcurrentLinkedQueue<Throwable> defects = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  ClusterHoldsIT() {
    super(new ClusterStage(CLUSTER));
  }

  @AfterAll
  static void stop() {
    CLUSTER.close();
  }

  @Test
  void counters_slotMovedUnderLoad_areWhatCallersWroteDown() throws Exception {
    var slot = SlotHash.getSlot("{" + tenant() + "}");
    var owner = CLUSTER.firstOwner(slot);
    var from = CLUSTER.masters().get(owner);
    var to = CLUSTER.masters().get((owner + 1) % 3);
    var callers = new ArrayList<Thread>();
    for (int i = 0; i < CALLERS; i++) {
      var number = i;
      callers.add(Thread.ofPlatform().start(() -> spend(number)));
    }
    goOn();
    CLUSTER.beginToMove(slot, from, to);
    while (keys(from, slot) > 0) {
      CLUSTER.moveKeys(slot, from, to);
    }
    CLUSTER.endToMove(slot, from, to);
    goOn();
    stopped = true;
    for (var caller : callers) {
      caller.join();
    }

    System.out.printf(
        "[cluster] slot %d moved: %d calls, %d answers missed and asked for again%n",
        slot, finished.get(), retried.get());
    assertThat(defects).isEmpty();
    assertThat(stand(COST)).containsExactly(new Stand(encumbered.get(), held.get()));
    assertThat(keys(from, slot)).isZero();
    assertThat(keys(to, slot)).isPositive();
    /* As it was, for the others. */
    CLUSTER.beginToMove(slot, to, from);
    while (keys(to, slot) > 0) {
      CLUSTER.moveKeys(slot, to, from);
    }
    CLUSTER.endToMove(slot, to, from);
    assertThat(stand(COST)).containsExactly(new Stand(encumbered.get(), held.get()));
  }

  private void goOn() {
    var enough = finished.get() + 500;
    LocalRedis.eventually("more calls", () -> finished.get() >= enough || !defects.isEmpty());
  }

  private static long keys(LocalRedis master, int slot) {
    return master.asked(commands -> commands.clusterCountKeysInSlot(slot));
  }

  private void spend(int number) {
    try {
      var random = new Random(number);
      for (int i = 0; !stopped; i++) {
        var amount = 1 + random.nextInt(100);
        var spend = new Spend(amount, 0, 0);
        var wish = wish(number + "-" + i, spend, LONG, Claim.of(COST, PLENTY, amount));
        var granted = (Reserved.Granted) until(() -> holds().reserve(wish));
        var reservation = reservation(wish, granted);
        switch (random.nextInt(3)) {
          case 0 -> {
            encumbered.addAndGet(amount);
            held.addAndGet(amount);
          }
          case 1 -> {
            var used = random.nextInt(amount);
            var _ = until(() -> holds().settle(reservation, new Spend(used, 0, 0)));
            encumbered.addAndGet(used);
          }
          default -> {
            var _ = until(() -> holds().release(reservation));
          }
        }
        finished.incrementAndGet();
      }
    } catch (RuntimeException | Error defect) {
      defects.add(defect);
    }
  }

  private static Reservation reservation(Wish wish, Reserved.Granted granted) {
    return new Reservation(
        wish.tenant(),
        wish.id(),
        granted.epoch(),
        granted.checkTime(),
        granted.expireTime(),
        new Subject("p", "m", "", ""),
        granted.terms(),
        List.copyOf(granted.counters()));
  }

  /* As callers do: what has no answer is asked for again. */
  private <T> T until(Supplier<CompletableFuture<T>> verb) {
    while (true) {
      try {
        return verb.get().join();
      } catch (CompletionException e) {
        if (!(e.getCause() instanceof Failure failure)
            || failure.reason() != Reason.STORE_UNAVAILABLE) {
          throw e;
        }
        retried.incrementAndGet();
      }
    }
  }
}
