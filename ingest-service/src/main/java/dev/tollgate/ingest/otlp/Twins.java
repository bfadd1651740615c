package dev.tollgate.ingest.otlp;

import java.util.LinkedHashMap;

/// What later records of a call that counts already are known by. Safe for concurrent use.
final class Twins {
  /*
   * A span and a log record of one call share the response's id and the trace, yet say different
   * things: the one that comes later is a conflict to dedupe, and no news to anybody. The same id in
   * another trace is news.
   *
   * A call may be told again by the span that it lies in, which ends later and so may come in another
   * export. What is forgotten here, because there was too much or at a restart, may count twice then.
   */
  private record Key(String tenant, String name) {}

  private final int max;
  private final LinkedHashMap<Key, String> traces = new LinkedHashMap<>();
  private final LinkedHashMap<Key, Boolean> outers = new LinkedHashMap<>();

  /// @param max how many are remembered, of each kind
  Twins(int max) {
    this.max = max;
  }

  /// The event counts, and came in this trace.
  synchronized void remember(String tenant, String eventId, String traceId) {
    traces.putIfAbsent(new Key(tenant, eventId), traceId);
    if (traces.size() > max) {
      traces.pollFirstEntry();
    }
  }

  /// Whether an event with this id came in this trace.
  synchronized boolean isTwin(String tenant, String eventId, String traceId) {
    return traceId.equals(traces.get(new Key(tenant, eventId)));
  }

  /// A call that counts lies in the span, which has not come yet.
  synchronized void expectOuter(String tenant, String traceId, String spanId) {
    outers.putIfAbsent(key(tenant, traceId, spanId), true);
    if (outers.size() > max) {
      outers.pollFirstEntry();
    }
  }

  /// Whether a call that counts lies in the span.
  synchronized boolean isOuter(String tenant, Observed span) {
    return outers.containsKey(key(tenant, span.traceId(), span.spanId()));
  }

  private static Key key(String tenant, String traceId, String spanId) {
    return new Key(tenant, traceId + "/" + spanId);
  }
}
