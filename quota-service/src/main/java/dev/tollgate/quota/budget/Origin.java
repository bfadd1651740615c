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

  /// The same, counting anew where it says so.
  Origin next(boolean countsAnew) {
    return new Origin(
        version, countsAnew ? Math.addExact(revision, 1) : revision, createTime, updateTime, pins);
  }

  /// The same, of a budget that another of its id was before.
  Origin after(Origin last) {
    return new Origin(version, Math.addExact(last.revision, 1), createTime, updateTime, pins);
  }

  /// Of a budget that is made now.
  public static Origin made(Instant now, Map<String, String> pins) {
    return new Origin(0, 0, now, now, new TreeMap<>(pins));
  }
}
