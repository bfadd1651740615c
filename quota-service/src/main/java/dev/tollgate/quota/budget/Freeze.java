package dev.tollgate.quota.budget;

import java.time.Instant;

/// A stop for all calls that a selector matches.
///
/// @param denialMessage for end users; empty for our own words
/// @param endTime excluded; [Instant#MAX] where never
public record Freeze(
    String id,
    Selector selector,
    String denialMessage,
    String note,
    Instant endTime,
    Instant createTime,
    String actor) {
  public boolean isActive(Instant at) {
    return at.isBefore(endTime);
  }
}
