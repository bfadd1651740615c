package dev.tollgate.ingest.dedupe;

import dev.tollgate.ingest.log.Fingerprint;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The events that were accepted lately, the oldest first. Not safe for concurrent use.
final class RecentKeys {
  /// @param position in the log
  record Seen(Fingerprint content, long receivedMillis, long eventMillis, long position) {}

  private final SequencedMap<Fingerprint, Seen> byKey = new LinkedHashMap<>();
  private final int countMax;

  /// No event whose key was let go, or never was here, has a later event time.
  private long historyEndMillis = Long.MIN_VALUE;

  RecentKeys(int countMax) {
    this.countMax = countMax;
  }

  void historyEnds(long eventMillis) {
    historyEndMillis = Math.max(historyEndMillis, eventMillis);
  }

  @Nullable Seen get(Fingerprint key) {
    return byKey.get(key);
  }

  void put(Fingerprint key, Seen seen) {
    byKey.putIfAbsent(key, seen);
  }

  /// Lets go what was received before the instant, or is too much; but only what the ledger has.
  void evict(long receivedBeforeMillis, long committedPosition) {
    while (!byKey.isEmpty()) {
      var eldest = byKey.firstEntry().getValue();
      var due = eldest.receivedMillis < receivedBeforeMillis || byKey.size() > countMax;
      if (!due || eldest.position > committedPosition) {
        return;
      }
      historyEnds(eldest.eventMillis);
      byKey.pollFirstEntry();
    }
  }

  long historyEndMillis() {
    return historyEndMillis;
  }

  int size() {
    return byKey.size();
  }
}
