package dev.tollgate.ingest.user;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Names that the log was told, with their surrogates: those in use lately, so many at most. Safe
/// for concurrent use.
final class ToldNames {
  /* Two maps: what is asked for moves to the younger one, and when that is full, the older one goes
  with all that nobody asked for. */
  private static final int HALF = 50_000;

  private record Name(String tenant, String name) {}

  private volatile ConcurrentMap<Name, String> younger = new ConcurrentHashMap<>();
  private volatile ConcurrentMap<Name, String> older = new ConcurrentHashMap<>();

  Optional<String> surrogate(String tenant, String name) {
    var key = new Name(tenant, name);
    var surrogate = younger.get(key);
    if (surrogate != null) {
      return Optional.of(surrogate);
    }
    var aged = older.remove(key);
    if (aged != null) {
      keep(key, aged);
    }
    return Optional.ofNullable(aged);
  }

  void add(String tenant, String name, String surrogate) {
    keep(new Name(tenant, name), surrogate);
  }

  int size() {
    return younger.size() + older.size();
  }

  private void keep(Name name, String surrogate) {
    younger.put(name, surrogate);
    if (younger.size() > HALF) {
      age();
    }
  }

  private synchronized void age() {
    if (younger.size() > HALF) {
      older = younger;
      younger = new ConcurrentHashMap<>();
    }
  }
}
