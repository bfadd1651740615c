package dev.tollgate.quota.budget;

/// How what was written about a tenant's checks comes to bind on every instance.
@FunctionalInterface
public interface Binding {
  /// On this instance at once, on others when they read it.
  Binding BY_POLLING = tenant -> {};

  /// Blocks until it binds everywhere; STORE_UNAVAILABLE where that can't be told. It is written
  /// all the same, and whoever writes it again waits again.
  void await(String tenant);
}
