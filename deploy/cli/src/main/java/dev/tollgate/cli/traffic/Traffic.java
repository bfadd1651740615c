package dev.tollgate.cli.traffic;

import java.time.Instant;
import java.util.List;

/// What a replay plays: the calls in the order of their times, and who makes them.
///
/// @param id the value of the dimension `workflow` in every call: tells this traffic from any other
/// @param origin where its shape comes from, for people
public record Traffic(String id, String origin, List<Tenant> tenants, List<Call> calls) {
  public Instant start() {
    return calls.getFirst().time();
  }

  public Instant end() {
    return calls.getLast().time();
  }
}
