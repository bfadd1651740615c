package dev.tollgate.quota.hold;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What a check asks of the store: to hold amounts on every counter, or on none.
///
/// @param fingerprint tells one content of a request from another; not empty
/// @param head what its asker knows, and needs, of the tenant's head
/// @param strict whether it must wait until holds of a lost store can't be open any more
public record Wish(
    String tenant,
    ReservationId id,
    String fingerprint,
    Duration holdDuration,
    Terms terms,
    Head head,
    boolean strict,
    List<Claim> claims) {
  public Wish {
    claims = List.copyOf(claims);
  }

  List<Counter> counters() {
    var counters = new ArrayList<Counter>(claims.size());
    for (var claim : claims) {
      counters.add(claim.counter());
    }
    return counters;
  }
}
