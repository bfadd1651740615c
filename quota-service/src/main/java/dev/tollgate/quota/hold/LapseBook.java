package dev.tollgate.quota.hold;

import java.util.List;

/// Where charges by expiry are written down for good, so that counters can be rebuilt with them.
public interface LapseBook {
  /// Blocks until they are durable; throws where they may not be, and then gets them again. So one
  /// may come more than once: its reservation and check time tell it.
  void append(String tenant, List<Lapse> lapses);
}
