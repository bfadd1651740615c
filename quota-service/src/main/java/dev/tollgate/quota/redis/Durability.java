package dev.tollgate.quota.redis;

/// What an answer promises about surviving a failure of the store.
public enum Durability {
  /// Redis has it in memory; the disk and the replicas follow within about a second.
  ASYNC,
  /// A replica has it too.
  WAIT_REPLICA,
  /// It is on the disk: Redis must be set to `appendfsync always`.
  AOF_ALWAYS
}
