package dev.tollgate.quota.redis;

/// How the processes of a Redis stand together.
public enum Topology {
  SINGLE,
  /// A primary with replicas; Sentinels know which is which.
  SENTINEL,
  CLUSTER
}
