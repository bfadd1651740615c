package dev.tollgate.query.search;

import java.time.Instant;
import java.util.List;

/// An event that was found, and where its entries are.
///
/// @param hours in which the entries count, by their beginnings
record Hit(Position position, List<Instant> hours) {
  Hit {
    hours = List.copyOf(hours);
  }

  Key key() {
    return new Key(position.eventId(), position.millis(), position.currency());
  }

  /// What tells a row of an answer from all others.
  ///
  /// @param millis when the event took place
  record Key(String eventId, long millis, String currency) {}
}
