package dev.tollgate.ingest.write;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/// What can be watched of parts in doubt: those of which an insert had no answer.
final class DoubtMeters {
  private final Counter parts;
  private final Counter resent;
  private final Counter rewritten;
  private final Counter givenUp;

  DoubtMeters(MeterRegistry registry) {
    this.parts = registry.counter("ingest.doubt.parts");
    this.resent = registry.counter("ingest.doubt.entries.resent");
    this.rewritten = registry.counter("ingest.doubt.rollups.rewritten");
    this.givenUp = registry.counter("ingest.doubt.entries.given.up");
  }

  /// A part was looked for in the ledger.
  void looked() {
    parts.increment();
  }

  /// So many entries were missing there and sent again.
  void resent(int entries) {
    resent.increment(entries);
  }

  /// So many rollups, each for one tenant, differed from the ledger.
  void rewritten(int rollups) {
    rewritten.increment(rollups);
  }

  /// So many entries are missing after all.
  void givenUp(int entries) {
    givenUp.increment(entries);
  }
}
