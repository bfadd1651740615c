package dev.tollgate.ingest.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.encode.Tables;
import dev.tollgate.ingest.ledger.Batch;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Fingerprint;
import dev.tollgate.ingest.log.LogSettings;
import dev.tollgate.ingest.log.LogState;
import dev.tollgate.ingest.log.Logged;
import dev.tollgate.ingest.log.SegmentLog;
import dev.tollgate.ingest.write.FussyLedger.Cut;
import dev.tollgate.seed.Seeds;
import dev.tollgate.time.TimeSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BisectionTest {
  private static final int ENTRIES = 100;

  @TempDir Path dir;
  private final FussyLedger ledger = new FussyLedger();
  private final DoubtMeters meters = new DoubtMeters(new SimpleMeterRegistry());

  @Test
  void run_nothingRefused_isOneInsert() throws Exception {
    run(dir);

    assertThat(ledger.inserts()).isEqualTo(1);
    assertThat(ledger.positions()).containsExactlyElementsOf(positions());
  }

  @Test
  void run_oneRefused_landsTheOthersAndSetsItAside() throws Exception {
    ledger.refuse(List.of(37L));

    run(dir);

    assertThat(ledger.positions()).hasSize(ENTRIES - 1).doesNotContain(37L);
    try (var letters = DeadLetters.open(dir, TimeSource.SYSTEM)) {
      var held = letters.waiting();
      assertThat(held).extracting(DeadLetters.Held::id).containsExactly("log-a:37");
      assertThat(held.getFirst().letter().code()).isEqualTo(FussyLedger.CODE);
      assertThat(held.getFirst().letter().columns())
          .isEqualTo(Tables.columns().get(Entry.USAGE_TABLE));
      assertThat(((Entry.Usage) held.getFirst().letter().refused()).row())
          .isEqualTo(new byte[] {36});
    }
  }

  @Test
  void run_everythingRefused_isHeldUpAndNotSetAside() throws Exception {
    ledger.refuse(positions(1_000));

    try (var letters = DeadLetters.open(dir, TimeSource.SYSTEM);
        var log = open(dir, new LogState())) {
      var bisection =
          new Bisection(
              log,
              Landing.of(ledger, new ReentrantReadWriteLock(), meters),
              letters,
              batch(1_000),
              new HashSet<>());

      assertThatThrownBy(bisection::run)
          .isInstanceOfSatisfying(
              Failure.class, failure -> assertThat(failure.reason()).isEqualTo(Reason.LOG_FULL));
      assertThat(letters.size()).isEqualTo(100);
    }
  }

  /// Whatever is cut off, wherever the process dies and whenever the schema is mended: each entry
  /// is once in the ledger or once among the letters.
  @Test
  void run_cutOffAndRestarted_countsEachOnce() {
    Seeds.check("bisection", 60, 5_000, (seed, random) -> cutOff(seed, random));
  }

  private void cutOff(long seed, RandomGenerator random) throws Exception {
    var home = Files.createDirectories(dir.resolve("seed-" + seed));
    var fussy = new FussyLedger();
    fussy.refuse(positions().stream().filter(_ -> random.nextInt(25) == 0).toList());
    var mendedAt = random.nextInt(20);
    for (int attempt = 0, failures = 0; ; attempt++) {
      if (attempt == mendedAt) {
        fussy.acceptAll();
      }
      fussy.cutNext(LongStream.range(0, random.nextInt(30)).mapToObj(_ -> cut(random)).toList());
      if (runs(home, fussy)) {
        break;
      }
      assertThat(failures++).isLessThan(1_000);
    }
    try (var letters = DeadLetters.open(home, TimeSource.SYSTEM)) {
      var all = new ArrayList<>(fussy.positions());
      letters.waiting().forEach(held -> all.add(held.letter().position()));
      assertThat(all).containsExactlyInAnyOrderElementsOf(positions());

      fussy.acceptAll();
      for (var held : letters.waiting()) {
        var over = letters.replay(held);
        storeBegun(letters, fussy);
        assertThat(over).isCompletedWithValue(Entry.Stage.STORED);
      }
    }
    assertThat(fussy.positions()).containsExactlyElementsOf(positions());
    assertThat(fussy.rolledUp()).containsExactlyElementsOf(positions());
    try (var letters = DeadLetters.open(home, TimeSource.SYSTEM)) {
      assertThat(letters.waiting()).isEmpty();
    }
  }

  private void storeBegun(DeadLetters letters, FussyLedger ledger) {
    var landing = Landing.of(ledger, new ReentrantReadWriteLock(), meters);
    while (letters.hasBegun()) {
      try {
        letters.storeBegun(landing);
      } catch (Failure away) {
        assertThat(away.reason()).isEqualTo(Reason.STORE_UNAVAILABLE);
      }
    }
  }

  private static Cut cut(RandomGenerator random) {
    var cuts = Cut.values();
    return random.nextInt(3) == 0 ? cuts[random.nextInt(cuts.length)] : Cut.NONE;
  }

  /// A process of its own, which may die.
  private boolean runs(Path home, FussyLedger ledger) throws Exception {
    var state = new LogState();
    try (var log = open(home, state);
        var letters = DeadLetters.open(home, TimeSource.SYSTEM)) {
      var landing = Landing.inDoubt(ledger, new ReentrantReadWriteLock(), meters);
      new Bisection(log, landing, letters, batch(ENTRIES), new HashSet<>(state.splits())).run();
      return true;
    } catch (Failure away) {
      return false;
    }
  }

  private void run(Path home) throws Exception {
    assertThat(runs(home, ledger)).isTrue();
  }

  @Test
  void replay_begunAndCutOffAfterTheInsert_isStoredOnceByTheNextProcess() throws Exception {
    ledger.refuse(List.of(5L));
    run(dir);
    ledger.acceptAll();
    ledger.cutNext(List.of(Cut.AFTER));
    try (var letters = DeadLetters.open(dir, TimeSource.SYSTEM)) {
      var over = letters.replay(letters.get("log-a:5"));
      assertThatThrownBy(() ->
              letters.storeBegun(Landing.inDoubt(ledger, new ReentrantReadWriteLock(), meters)))
          .isInstanceOf(Failure.class);
      assertThat(over).isNotDone();
    }

    try (var letters = DeadLetters.open(dir, TimeSource.SYSTEM)) {
      assertThat(letters.waiting()).extracting(DeadLetters.Held::isBegun).containsExactly(true);
      letters.storeBegun(Landing.inDoubt(ledger, new ReentrantReadWriteLock(), meters));
      assertThat(letters.size()).isZero();
    }
    assertThat(ledger.positions()).containsExactlyElementsOf(positions());
  }

  @Test
  void replay_refusedAgain_waitsAsBefore() throws Exception {
    ledger.refuse(List.of(5L));
    run(dir);
    try (var letters = DeadLetters.open(dir, TimeSource.SYSTEM)) {
      var over = letters.replay(letters.get("log-a:5"));
      letters.storeBegun(Landing.inDoubt(ledger, new ReentrantReadWriteLock(), meters));

      assertThat(over).isCompletedWithValue(Entry.Stage.REFUSED);
      assertThat(letters.hasBegun()).isFalse();
    }
    try (var letters = DeadLetters.open(dir, TimeSource.SYSTEM)) {
      assertThat(letters.waiting()).extracting(DeadLetters.Held::isBegun).containsExactly(false);
    }
  }

  private static SegmentLog open(Path home, LogState state) throws IOException {
    return SegmentLog.open(
        new LogSettings(home, 1 << 20, 1 << 30, 0),
        Tables.columns(),
        TimeSource.SYSTEM,
        () -> new SegmentLog.Birth("log-a", Long.MIN_VALUE),
        state);
  }

  private static List<Long> positions() {
    return positions(ENTRIES);
  }

  private static List<Long> positions(int count) {
    return LongStream.rangeClosed(1, count).boxed().toList();
  }

  private static Batch batch(int count) {
    var entries =
        positions(count).stream()
            .map(position -> new Logged(position, usage((int) (position - 1))))
            .toList();
    return Batch.of("log-a", Tables.columns(), count, entries);
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
