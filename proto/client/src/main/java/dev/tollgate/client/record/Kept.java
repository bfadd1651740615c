package dev.tollgate.client.record;

/// Where an event is until the ledger has it.
public enum Kept {
  /// In the spool: it outlives this process.
  ON_DISK,
  /// In memory: it is sent again until answered, and lost only with this process.
  IN_MEMORY,
  /// Dropped, for want of room: the only way in which a running client loses usage.
  NOWHERE
}
