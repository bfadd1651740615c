package dev.tollgate.kernel.caller;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// A set of keys that does not change, by their ids. Hashes a key the first time that it proves to
/// be good, and then remembers it: at most one text per key of the set.
final class ProvenKeys {
  /// What is known of a key: the hash of its text, and whose it is.
  record Known(String hash, Caller caller) {}

  private final Map<String, Known> byId;
  private final ConcurrentMap<String, byte[]> proven = new ConcurrentHashMap<>();

  ProvenKeys(Map<String, Known> byId) {
    this.byId = Map.copyOf(byId);
  }

  /// Whose the bearer is; empty where it is no key of this set. Takes no longer for a key that is
  /// almost right.
  Optional<Caller> caller(String bearer) {
    var id = KeyText.idIn(bearer);
    var known = byId.get(id);
    if (known == null) {
      return Optional.empty();
    }
    var text = bearer.getBytes(StandardCharsets.UTF_8);
    var before = proven.get(id);
    if (before != null) {
      return MessageDigest.isEqual(before, text) ? Optional.of(known.caller()) : Optional.empty();
    }
    if (KeyText.parse(bearer).filter(key -> key.matches(known.hash())).isEmpty()) {
      return Optional.empty();
    }
    proven.put(id, text);
    return Optional.of(known.caller());
  }
}
