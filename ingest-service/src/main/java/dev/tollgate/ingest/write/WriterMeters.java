package dev.tollgate.ingest.write;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;

/// What can be watched of the writer: its batches, what holds it up, what it set aside.
public final class WriterMeters {
  /// What keeps the writer from storing.
  enum Hindrance {
    NONE,
    /// The ledger is away, or overloaded, or its schema is wrong.
    LEDGER,
    /// A view fails: the event is in its table and not in every rollup.
    VIEW,
    /// So much is refused that it can't be an accident of single entries.
    REFUSALS
  }

  private final DistributionSummary batches;
  private final Timer lag;
  private final DoubtMeters doubts;
  private final AtomicReference<Hindrance> hindrance = new AtomicReference<>(Hindrance.NONE);

  public WriterMeters(MeterRegistry registry, DeadLetters letters, Pause pause) {
    this.batches = registry.summary("ingest.batch.entries");
    this.lag = registry.timer("ingest.stored.lag");
    this.doubts = new DoubtMeters(registry);
    for (var each : Hindrance.values()) {
      if (each != Hindrance.NONE) {
        var name = each.name().toLowerCase(Locale.ROOT);
        registry.gauge(
            "ingest.writer.held.up",
            List.of(Tag.of("by", name)),
            hindrance,
            now -> now.get() == each ? 1 : 0);
      }
    }
    registry.gauge("ingest.dead.letters", letters, DeadLetters::size);
    registry.gauge("ingest.writer.paused", pause, now -> now.isPausedNow() ? 1 : 0);
  }

  /// A batch is stored, this long after its first entry was received.
  void stored(int entries, Duration after) {
    batches.record(entries);
    lag.record(after);
  }

  DoubtMeters doubts() {
    return doubts;
  }

  void heldUpBy(Hindrance what) {
    hindrance.set(what);
  }
}
