package dev.tollgate.quota.hold;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The keys that a script declares, each once.
final class KeyIndex {
  private final List<byte[]> keys = new ArrayList<>();
  private final Map<ByteBuffer, Integer> places = new HashMap<>();

  /// Its place in KEYS, counted from 1; declared if it is new.
  int of(byte[] key) {
    return places.computeIfAbsent(
        ByteBuffer.wrap(key),
        any -> {
          keys.add(key);
          return keys.size();
        });
  }

  List<byte[]> all() {
    return keys;
  }
}
