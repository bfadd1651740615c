package dev.tollgate.ingest.reprice;

import dev.tollgate.ingest.encode.Tables;
import dev.tollgate.ingest.ledger.InMemoryLedger;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.LogSettings;
import dev.tollgate.ingest.log.LogState;
import dev.tollgate.ingest.log.Patience;
import dev.tollgate.ingest.log.SegmentLog;
import dev.tollgate.ingest.write.BatchLimits;
import dev.tollgate.ingest.write.Workshop;
import dev.tollgate.time.TimeSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/// A real log and its writer before the model of the ledger: a server that a test can crash.
final class Machine implements AutoCloseable {
  private static final BatchLimits BATCHES = new BatchLimits(40, 1 << 20, Duration.ofMillis(1));

  /* So few that there are many places to crash at. */
  private static final int SLICE_EVENTS = 3;

  private final InMemoryLedger ledger;
  private final SegmentLog log;
  private final Workshop workshop;
  private boolean stoppedWriting;

  private Machine(InMemoryLedger ledger, SegmentLog log, Workshop workshop) {
    this.ledger = ledger;
    this.log = log;
    this.workshop = workshop;
  }

  /// Starts it, with what its log holds from earlier.
  static Machine start(Path dir, InMemoryLedger ledger) throws IOException {
    var state = new LogState();
    var log =
        SegmentLog.open(
            new LogSettings(dir, 1 << 20, 1 << 30, 0),
            Tables.columns(),
            TimeSource.SYSTEM,
            () -> new SegmentLog.Birth("log-" + dir.getFileName(), Long.MIN_VALUE),
            state);
    return new Machine(ledger, log, Workshop.start(dir, log, state, ledger, BATCHES));
  }

  void append(List<? extends Entry> entries) {
    log.append(entries).join();
  }

  /// From now on what is appended stays in the log.
  void stopWriting() {
    stoppedWriting = true;
    workshop.stopWriting();
  }

  /// Says whether the repricing came to its end.
  boolean run(
      RepricingJob job, Reviser reviser, Instant closed, BooleanSupplier goesOn, Tally tally) {
    var run =
        new RepricingRun(
            job,
            new LedgerAccess(ledger, log, workshop.writer()::storedThrough, SLICE_EVENTS),
            _ -> reviser,
            _ -> closed,
            TimeSource.SYSTEM,
            new Patience(TimeSource.SYSTEM),
            goesOn,
            tally);
    return run.run() && !stoppedWriting && run.awaitStored();
  }

  static Tally tally() {
    return new Tally(new RepricingMeters(new SimpleMeterRegistry()));
  }

  /// A crash: what is fsynced stays, the rest of its work is lost.
  @Override
  public void close() throws IOException {
    workshop.close();
    log.close();
  }
}
