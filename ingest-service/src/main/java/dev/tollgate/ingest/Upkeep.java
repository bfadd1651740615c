package dev.tollgate.ingest;

import dev.tollgate.ingest.accept.EventMeters;
import dev.tollgate.ingest.accept.Stored;
import dev.tollgate.ingest.dedupe.Dedupe;
import dev.tollgate.ingest.log.SegmentLog;
import dev.tollgate.ingest.settle.Settler;
import dev.tollgate.ingest.write.LedgerWriter;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What follows from the ledger's progress: keys may be let go, segments deleted.
record Upkeep(
    SegmentLog log,
    Dedupe dedupe,
    Settler settler,
    EventMeters meters,
    Stored stored,
    TimeSource time,
    Duration horizon)
    implements LedgerWriter.Progress {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

  @Override
  public void stored(long position, int events) {
    dedupe.committed(position);
    meters.stored(events);
    stored.advance(position);
    retire(position);
  }

  /// The quota may have come further meanwhile, and somebody wait for room.
  @Override
  public void idle() {
    if (log.isNearlyFull()) {
      retire(stored.through());
    }
  }

  private void retire(long position) {
    var done = Math.min(position, settler.settled());
    try {
      log.retire(done, time.now().minus(horizon));
      log.relieve(done);
    } catch (IOException failure) {
      LOG.warn("a segment could not be deleted; trying again later", failure);
    }
  }
}
