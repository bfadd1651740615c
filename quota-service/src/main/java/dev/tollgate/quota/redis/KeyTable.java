package dev.tollgate.quota.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Numbers the distinct keys of a batch from 1, in the order of their coming. Not safe for
/// concurrent use.
final class KeyTable {
  /* Open addressing over the numbers; a batch has some hundred keys and the table is used again. */

  private static final int INITIAL_SLOTS = 256;

  private final List<byte[]> keys = new ArrayList<>();
  private int[] hashes = new int[INITIAL_SLOTS];
  private int[] slots = new int[INITIAL_SLOTS];

  /// The number of the key, which is new or was given before.
  int number(byte[] key) {
    if (keys.size() * 2 >= slots.length) {
      grow();
    }
    var hash = spread(Arrays.hashCode(key));
    var mask = slots.length - 1;
    var slot = hash & mask;
    while (slots[slot] != 0) {
      var number = slots[slot];
      if (hashes[number - 1] == hash && Arrays.equals(keys.get(number - 1), key)) {
        return number;
      }
      slot = (slot + 1) & mask;
    }
    hashes[keys.size()] = hash;
    keys.add(key);
    slots[slot] = keys.size();
    return keys.size();
  }

  /// The keys in the order of their numbers; the table is empty then.
  List<byte[]> take() {
    var taken = List.copyOf(keys);
    keys.clear();
    Arrays.fill(slots, 0);
    return taken;
  }

  private void grow() {
    hashes = Arrays.copyOf(hashes, hashes.length * 2);
    slots = new int[slots.length * 2];
    var mask = slots.length - 1;
    for (int number = 1; number <= keys.size(); number++) {
      var slot = hashes[number - 1] & mask;
      while (slots[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = number;
    }
  }

  private static int spread(int hash) {
    return hash ^ (hash >>> 16);
  }
}
