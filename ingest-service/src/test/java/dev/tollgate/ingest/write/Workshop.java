package dev.tollgate.ingest.write;

import dev.tollgate.ingest.ledger.Ledger;
import dev.tollgate.ingest.log.LogState;
import dev.tollgate.ingest.log.SegmentLog;
import dev.tollgate.time.TimeSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// A writer with what it needs around it, for tests of what goes through it.
public final class Workshop implements AutoCloseable {
  private final DeadLetters letters;
  private final LedgerWriter writer;

  private Workshop(DeadLetters letters, LedgerWriter writer) {
    this.letters = letters;
    this.writer = writer;
  }

  /// Starts a writer whose dead letters lie in the directory.
  public static Workshop start(
      Path dir, SegmentLog log, LogState state, Ledger ledger, BatchLimits limits)
      throws IOException {
    var letters = DeadLetters.open(dir, TimeSource.SYSTEM);
    var pause = new Pause(TimeSource.SYSTEM);
    var meters = new WriterMeters(new SimpleMeterRegistry(), letters, pause);
    var writer =
        new LedgerWriter(
            log, state, ledger, limits, TimeSource.SYSTEM, (_, _) -> {}, letters, meters, pause);
    writer.start();
    return new Workshop(letters, writer);
  }

  public LedgerWriter writer() {
    return writer;
  }

  public void stopWriting() {
    writer.close(Duration.ZERO);
  }

  @Override
  public void close() throws IOException {
    writer.close(Duration.ZERO);
    letters.close();
  }
}
