package dev.tollgate.ingest.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.failure.Failure;
import dev.tollgate.ingest.encode.Tables;
import dev.tollgate.ingest.ledger.Batch;
import dev.tollgate.ingest.ledger.Insertion;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Fingerprint;
import dev.tollgate.ingest.log.Logged;
import dev.tollgate.ingest.write.FussyLedger.Cut;
import dev.tollgate.seed.Seeds;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Parts of one log that are in doubt, two at the same time as well: their rows lie in the same
/// hours.
@Timeout(60)
class LandingTest {
  private static final int POSITIONS = 40;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final DoubtMeters meters = new DoubtMeters(registry);

  @Test
  void insert_anotherHalfwayIn_isConfirmedAfterIt() throws Exception {
    var ledger = new FussyLedger();
    var inserting = new ReentrantReadWriteLock(true);
    var halfway = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    ledger.halfwayOnce(() -> {
      halfway.countDown();
      await(goOn);
    });
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var other = threads.submit(() -> Landing.of(ledger, inserting, meters).insert(part(0)));
      await(halfway);
      var doubtful =
          threads.submit(() -> Landing.inDoubt(ledger, inserting, meters).insert(part(1)));
      while (!doubtful.isDone() && !inserting.hasQueuedThreads()) {
        Thread.onSpinWait();
      }
      goOn.countDown();
      assertThat(other.get()).isEqualTo(new Insertion.Taken());
      assertThat(doubtful.get()).isEqualTo(new Insertion.Taken());
    }
    assertExact(ledger);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void insert_twoCutOffAgainAndAgain_landOnce() {
    Seeds.check(
        "two parts in doubt",
        100,
        5_000,
        (_, random) -> {
          var ledger = new FussyLedger();
          var cuts = Cut.values();
          ledger.cutNext(random.ints(8, 0, cuts.length).mapToObj(each -> cuts[each]).toList());
          var inserting = new ReentrantReadWriteLock(true);
          try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var one = threads.submit(() -> land(ledger, inserting, part(0)));
            var two = threads.submit(() -> land(ledger, inserting, part(1)));
            one.get();
            two.get();
          }
          assertExact(ledger);
        });
    assertThat(count("parts")).isPositive();
    assertThat(count("entries.resent")).isPositive();
    assertThat(count("rollups.rewritten")).isPositive();
    assertThat(count("entries.given.up")).isZero();
  }

  private Insertion land(FussyLedger ledger, ReentrantReadWriteLock inserting, Batch.Part part) {
    var landing = Landing.of(ledger, inserting, meters);
    while (true) {
      try {
        return landing.insert(part);
      } catch (Failure away) {
        // Again, as the writer does.
      }
    }
  }

  @Test
  void insert_entryThatNeverComesToBeThere_isGivenUpAndCounted() {
    var ledger = new FussyLedger();
    ledger.lose(List.of(3L));

    var insertion = Landing.inDoubt(ledger, new ReentrantReadWriteLock(), meters).insert(part(1));

    assertThat(insertion).isEqualTo(new Insertion.Taken());
    assertThat(ledger.positions()).hasSize(POSITIONS / 2 - 1).doesNotContain(3L);
    assertThat(count("entries.resent")).isEqualTo(10);
    assertThat(count("entries.given.up")).isEqualTo(1);
  }

  private double count(String what) {
    return registry.counter("ingest.doubt." + what).count();
  }

  private static void assertExact(FussyLedger ledger) {
    var all = LongStream.rangeClosed(1, POSITIONS).boxed().toList();
    assertThat(ledger.positions()).containsExactlyElementsOf(all);
    assertThat(ledger.rolledUp()).containsExactlyElementsOf(all);
  }

  /// Every other position.
  private static Batch.Part part(int remainder) {
    var entries =
        LongStream.rangeClosed(1, POSITIONS)
            .filter(position -> position % 2 == remainder)
            .mapToObj(position -> new Logged(position, usage((int) position)))
            .toList();
    return Batch.of("log-a", Tables.columns(), POSITIONS + remainder, entries).parts().getFirst();
  }

  private static Entry usage(int number) {
    return new Entry.Usage(
        "acme",
        "e" + number,
        new Fingerprint(1, number),
        1_000,
        900,
        new Entry.Debit("", false, "USD", 1, 2, 1),
        new byte[] {(byte) number});
  }
}
