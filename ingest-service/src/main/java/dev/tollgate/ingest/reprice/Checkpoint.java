package dev.tollgate.ingest.reprice;

import dev.tollgate.failure.Failure;
import dev.tollgate.proto.ingest.v1.Repricing;
import dev.tollgate.time.TimeSource;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells others now and then how far a repricing is, and hears whether it was asked to end. For one
/// thread.
final class Checkpoint {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);
  private static final Duration EVERY = Duration.ofSeconds(2);

  private final StoredRepricings stored;
  private final String tenant;
  private final String id;
  private final Tally tally;
  private final TimeSource time;
  private long lastNanos;
  private boolean cancelled;

  Checkpoint(StoredRepricings stored, String tenant, String id, Tally tally, TimeSource time) {
    this.stored = stored;
    this.tenant = tenant;
    this.id = id;
    this.tally = tally;
    this.time = time;
    this.lastNanos = time.nanoTime() - EVERY.toNanos();
  }

  /// Asks only where it has not done so for a while.
  boolean goesOn() {
    if (time.nanoTime() - lastNanos >= EVERY.toNanos()) {
      lastNanos = time.nanoTime();
      tell();
    }
    return !cancelled;
  }

  boolean isCancelled() {
    return cancelled;
  }

  /* The work needs nobody to know of it: where the table is away, later is soon enough. */
  private void tell() {
    try {
      cancelled |= stored.update(tenant, id, "ingest", this::progressed).getCancelRequested();
    } catch (Failure away) {
      LOG.warn("the progress of repricing {} can't be told: {}", id, away.getMessage());
    }
  }

  private Repricing progressed(Repricing repricing) {
    return repricing.toBuilder()
        .setProgress(tally.progress())
        .clearTotalDeltas()
        .addAllTotalDeltas(tally.totals())
        .build();
  }
}
