package dev.tollgate.quota.budget;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// Where a state of a budget comes from.
///
/// @param version how often the budget was written
/// @param revision how often its counting began anew; part of its counters' names
/// @param pins of the credential that made it
public record Origin(
    long version,
    int revision,
    Instant createTime,
    Instant updateTime,
    SequencedMap<String, String> pins) {
  public Origin {
    pins = Collections.unmodifiableSequencedMap(new TreeMap<>(pins));
  }

  /// Of a budget that is made now.
  public static Origin made(Instant now, Map<String, String> pins) {
    return new Origin(0, 0, now, now, new TreeMap<>(pins));
  }
}
