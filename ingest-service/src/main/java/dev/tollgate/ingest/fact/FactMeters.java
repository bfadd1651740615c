package dev.tollgate.ingest.fact;

import dev.tollgate.ingest.accept.EventMeters;
import dev.tollgate.proto.ingest.v1.EventStatus;
import dev.tollgate.proto.ingest.v1.FactResult;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/// How many facts of each kind came, and what became of them.
///
/// @param events counts with the events what the ledger doesn't have yet
public record FactMeters(MeterRegistry registry, EventMeters events) {
  private static final String PREFIX = "EVENT_STATUS_";

  void accepted(int facts) {
    events.accepted(facts);
  }

  FactResult counted(String table, FactResult result) {
    registry.counter("ingest.facts", "kind", table, "result", name(result.getStatus())).increment();
    return result;
  }

  private static String name(EventStatus status) {
    return status.name().substring(PREFIX.length()).toLowerCase(Locale.ROOT);
  }
}
