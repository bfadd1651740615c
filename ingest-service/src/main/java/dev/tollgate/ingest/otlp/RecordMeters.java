package dev.tollgate.ingest.otlp;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// What became of the spans and log records that came.
final class RecordMeters {
  /// What became of one.
  enum Fate {
    /// It is an event now, or was one before.
    COUNTED,
    /// It tells of no call.
    SKIPPED,
    /// Another record tells of the same call, and counts.
    TWIN,
    /// Its response's id counted before, in another trace or too long ago to know.
    CONFLICTING,
    /// It can't be counted.
    REJECTED
  }

  private final Map<Fate, Counter> byFate = new EnumMap<>(Fate.class);

  RecordMeters(MeterRegistry registry) {
    for (var fate : Fate.values()) {
      byFate.put(
          fate,
          registry.counter("ingest.otlp.records", "fate", fate.name().toLowerCase(Locale.ROOT)));
    }
  }

  void count(Fate fate) {
    Objects.requireNonNull(byFate.get(fate)).increment();
  }
}
