package dev.tollgate.ingest.write;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.ledger.Ledger;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.LogState;
import dev.tollgate.ingest.log.Passage;
import dev.tollgate.ingest.log.Patience;
import dev.tollgate.ingest.log.SegmentLog;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the log's usage and facts into the ledger, batch by batch.
public final class LedgerWriter {
  /*
   * read a batch → seal it (fsynced) → insert it, for each table a part with a token, for ever →
   * commit it. What the ledger will never take is set aside meanwhile (see Bisection).
   *
   * From the seal on the batch is the same for ever. A crash before the seal: the rows become
   * another batch. A crash after it: the same rows go out again under the same tokens, the ledger
   * drops what it has, and Landing looks whether it was right. The commit only saves work.
   *
   * The next batch grows while one is inserted. Only where it is full by then do two go at once:
   * that is a backlog. They are committed in the order of the log, whichever ends first.
   */

  /// Hears how far the ledger has come.
  public interface Progress {
    /// The ledger has everything up to this position, and so many more events and facts by that.
    void stored(long position, int events);

    /// There is nothing to be written at the moment.
    default void idle() {}
  }

  private static final Logger LOG = LoggerFactory.getLogger(LedgerWriter.class);
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final Duration IDLE = Duration.ofMillis(200);
  private static final int AT_ONCE = 2;

  private final SegmentLog log;
  private final Ledger ledger;
  private final BatchLimits limits;
  private final TimeSource time;
  private final Progress progress;
  private final DeadLetters letters;
  private final WriterMeters meters;
  private final Pause pause;
  private final Patience patience;
  private final Underway underway = new Underway(AT_ONCE, this::commit);

  /* Of an earlier process, not yet begun by this one. */
  private final Deque<Entry.Seal> uncommitted;
  private final Set<String> splits;
  private final ReadWriteLock inserting = new ReentrantReadWriteLock(true);
  private long sealed;
  private volatile long storedThrough;
  private final Thread thread = new Thread(this::run, "ingest-write");

  public LedgerWriter(
      SegmentLog log,
      LogState state,
      Ledger ledger,
      BatchLimits limits,
      TimeSource time,
      Progress progress,
      DeadLetters letters,
      WriterMeters meters,
      Pause pause) {
    this.log = log;
    this.ledger = ledger;
    this.limits = limits;
    this.time = time;
    this.progress = progress;
    this.letters = letters;
    this.meters = meters;
    this.pause = pause;
    this.patience = new Patience(time);
    this.uncommitted = new ArrayDeque<>(state.uncommitted());
    this.splits = ConcurrentHashMap.newKeySet();
    this.splits.addAll(state.splits());
    this.sealed = state.sealed();
    this.storedThrough = state.committed();
  }

  public void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /// Writes what can be written within the bound; the rest stays in the log.
  public void close(Duration bound) {
    patience.finishWithin(bound);
    try {
      thread.join(bound.plus(GRACE));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// The ledger has every row whose position is at or below this.
  public long storedThrough() {
    return storedThrough;
  }

  private void run() {
    var failures = 0;
    while (!patience.isOver()) {
      try {
        resume();
        follow();
        return;
      } catch (IOException | ExecutionException | RuntimeException failure) {
        LOG.error("the ledger can't be written from the log; trying again", failure);
        patience.pause(++failures);
      } catch (InterruptedException stop) {
        return;
      }
    }
  }

  /* What an earlier process had sealed goes first. */
  private void resume() throws IOException, ExecutionException, InterruptedException {
    storeLetters(Landing.inDoubt(ledger, inserting, meters.doubts()));
    while (!uncommitted.isEmpty() && !patience.isOver()) {
      if (underway.awaitRoom(IDLE)) {
        var cut = BatchReader.again(log, uncommitted.getFirst());
        LOG.info("sending batch {} with {} entries again", cut.last(), cut.size());
        uncommitted.removeFirst();
        begin(cut, Landing.inDoubt(ledger, inserting, meters.doubts()));
      }
    }
  }

  private void follow() throws IOException, ExecutionException, InterruptedException {
    try (var reader = new BatchReader(log, limits, time, sealed + 1)) {
      while (!patience.isOver() && !(patience.isFinishing() && reader.isAtEnd())) {
        storeLetters(Landing.of(ledger, inserting, meters.doubts()));
        if (!underway.awaitRoom(IDLE)) {
          continue;
        }
        var cut = reader.next(IDLE, () -> !underway.isEmpty() && !patience.isFinishing());
        if (cut.isPresent()) {
          seal(new Entry.Seal(cut.get().first(), cut.get().last()));
          log.passage().at(Passage.Point.SEAL_INSERT);
          begin(cut.get(), Landing.of(ledger, inserting, meters.doubts()));
        } else {
          progress.idle();
        }
        if (underway.isEmpty()) {
          storedThrough = reader.readThrough();
        }
      }
    }
    while (!patience.isOver() && !underway.awaitNone(IDLE)) {}
  }

  private void seal(Entry.Seal seal) throws ExecutionException, InterruptedException {
    log.append(List.of(seal)).get();
    sealed = seal.last();
  }

  private void begin(BatchReader.Cut cut, Landing landing) {
    underway.add(cut);
    Thread.ofVirtual().name("ingest-insert").start(() -> bring(cut, landing));
  }

  /// Inserts a sealed batch until the ledger has it or patience is over.
  private void bring(BatchReader.Cut cut, Landing landing) {
    var batch = cut.batch(log.logId());
    var bisection = new Bisection(log, landing, letters, batch, splits);
    for (int failures = 1; !patience.isOver(); failures++) {
      try {
        if (insist("batch " + batch.token(), bisection::run)) {
          underway.stored(cut);
        }
        return;
      } catch (ExecutionException | RuntimeException failure) {
        LOG.error("batch {} can't be written; trying again", batch.token(), failure);
        patience.pause(failures);
      } catch (InterruptedException stop) {
        return;
      }
    }
  }

  private void commit(BatchReader.Cut cut) throws ExecutionException, InterruptedException {
    var batch = cut.batch(log.logId());
    log.passage().at(Passage.Point.INSERT_COMMIT);
    log.append(List.of(new Entry.Commit(cut.last()))).get();
    splits.removeIf(token -> (token + "/").startsWith(batch.token() + "/"));
    storedThrough = Math.max(storedThrough, cut.last());
    meters.stored(cut.size(), since(cut));
    progress.stored(cut.last(), cut.events());
  }

  /* Since the first was received that was. */
  private Duration since(BatchReader.Cut cut) {
    return cut.events() == 0
        ? Duration.ZERO
        : Duration.between(Instant.ofEpochMilli(cut.receivedMillis()), time.now());
  }

  private void storeLetters(Landing landing) throws ExecutionException, InterruptedException {
    if (letters.hasBegun()) {
      insist("a dead letter", () -> letters.storeBegun(landing));
    }
  }

  /// Something that goes into the ledger, and may be done again.
  private interface Work {
    void run() throws ExecutionException, InterruptedException;
  }

  /// Says whether it was done: only the end of patience prevents that.
  private boolean insist(String what, Work work) throws ExecutionException, InterruptedException {
    for (int failures = 1; !patience.isOver(); failures++) {
      if (!pause.enter(IDLE)) {
        failures = 0;
        continue;
      }
      try {
        work.run();
        meters.heldUpBy(WriterMeters.Hindrance.NONE);
        return true;
      } catch (RuntimeException failure) {
        meters.heldUpBy(hindrance(failure));
        LOG.warn("{} is not in the ledger, attempt {}", what, failures, failure);
      } finally {
        pause.leave();
      }
      patience.pause(failures);
    }
    return false;
  }

  private static WriterMeters.Hindrance hindrance(RuntimeException failure) {
    return switch (failure) {
      case ViewFailing _ -> WriterMeters.Hindrance.VIEW;
      case Failure full when full.reason() == Reason.LOG_FULL -> WriterMeters.Hindrance.REFUSALS;
      default -> WriterMeters.Hindrance.LEDGER;
    };
  }
}
