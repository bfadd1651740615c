package dev.tollgate.ingest.reprice;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/// How many events repricings have looked at, and how many rows they have appended.
final class RepricingMeters {
  private final Counter repriced;
  private final Counter reattributed;
  private final Counter unchanged;
  private final Counter refused;
  private final Counter rows;

  RepricingMeters(MeterRegistry registry) {
    this.repriced = registry.counter("repricing.events", "result", "repriced");
    this.reattributed = registry.counter("repricing.events", "result", "reattributed");
    this.unchanged = registry.counter("repricing.events", "result", "unchanged");
    this.refused = registry.counter("repricing.events", "result", "refused");
    this.rows = registry.counter("repricing.rows");
  }

  void read(Revision event) {
    result(event).increment();
  }

  private Counter result(Revision event) {
    if (event.isRefused()) {
      return refused;
    }
    if (event.isRepriced()) {
      return repriced;
    }
    return event.isReattributed() ? reattributed : unchanged;
  }

  void appended(int count) {
    rows.increment(count);
  }
}
