package dev.tollgate.quota.budget;

import java.time.Instant;
import java.util.Collections;
import java.util.SequencedMap;
import java.util.TreeMap;

/// A stop for all calls that a selector matches.
///
/// @param denialMessage for end users; empty for our own words
/// @param endTime excluded; [Instant#MAX] where never
/// @param pins of the credential that made it
public record Freeze(
    String id,
    Selector selector,
    String denialMessage,
    String note,
    Instant endTime,
    Instant createTime,
    String actor,
    SequencedMap<String, String> pins) {
  public Freeze {
    pins = Collections.unmodifiableSequencedMap(new TreeMap<>(pins));
  }

  /// One that a credential without pins made.
  public Freeze(
      String id,
      Selector selector,
      String denialMessage,
      String note,
      Instant endTime,
      Instant createTime,
      String actor) {
    this(id, selector, denialMessage, note, endTime, createTime, actor, new TreeMap<>());
  }

  /// Whether the other stops the same calls for the same time and with the same words.
  boolean statesAs(Freeze other) {
    return equals(
        new Freeze(
            other.id,
            other.selector,
            other.denialMessage,
            other.note,
            other.endTime,
            createTime,
            actor,
            pins));
  }

  public boolean isActive(Instant at) {
    return at.isBefore(endTime);
  }
}
