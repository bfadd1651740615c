package dev.tollgate.ingest.accept;

import dev.tollgate.proto.ingest.v1.EventResult;
import dev.tollgate.proto.ingest.v1.EventStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;

/// How many events came, what became of them, and how many of them the ledger doesn't have yet.
public final class EventMeters {
  private static final String PREFIX = "EVENT_STATUS_";

  private final Map<EventStatus, Counter> byStatus = new EnumMap<>(EventStatus.class);
  private final MeterRegistry registry;
  private final AtomicLong unstored;

  /// @param unstored of the log, at start
  public EventMeters(MeterRegistry registry, long unstored) {
    this.registry = registry;
    this.unstored = new AtomicLong(unstored);
    for (var status : EventStatus.values()) {
      if (status != EventStatus.UNRECOGNIZED && status.getNumber() > 0) {
        var name = status.name().substring(PREFIX.length()).toLowerCase(Locale.ROOT);
        byStatus.put(status, registry.counter("ingest.events", "result", name));
      }
    }
    registry.gauge("ingest.events.unstored", this.unstored);
  }

  /// So many events or facts became durable.
  public void accepted(int events) {
    unstored.addAndGet(events);
  }

  /// So many events or facts are in the ledger.
  public void stored(int events) {
    unstored.addAndGet(-events);
  }

  /// Accepted, minus stored.
  public long unstored() {
    return unstored.get();
  }

  /// Streams that are not asked for more, because the log is nearly full.
  <T> void waiting(T streams, ToDoubleFunction<T> count) {
    registry.gauge("ingest.streams.waiting", streams, count);
  }

  EventResult counted(EventResult result) {
    var counter = byStatus.get(result.getStatus());
    if (counter != null) {
      counter.increment();
    }
    return result;
  }
}
