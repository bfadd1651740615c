package dev.tollgate.ingest.dedupe;

import dev.tollgate.ingest.log.Fingerprint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The events that were accepted lately, the oldest first. Not safe for concurrent use.
final class RecentKeys {
  /*
   * Entries lie in chunks of longs, in the order in which they came, so that tens of millions of
   * them are a few thousand objects; a chunk that is empty at the front is used again at the back.
   * The index is cut into shards by the key's first bits: one that grows stops the others' callers
   * for a few milliseconds and not for seconds. Keys are hashes already.
   */

  /// @param position in the log
  record Seen(Fingerprint content, long receivedMillis, long eventMillis, long position) {}

  /// What one entry takes, about: its longs, and its places in the index.
  static final int BYTES_EACH = 64;

  private static final int SHARD_BITS = 8;
  private static final int CHUNK_ENTRIES = 1 << 13;

  /* Of an entry: high and low of its key, of its content, received, event time, position. */
  private static final int LONGS = 7;

  private final int countMax;
  private final List<long[]> chunks = new ArrayList<>();
  private final Deque<Integer> used = new ArrayDeque<>();
  private final Deque<Integer> free = new ArrayDeque<>();
  private final Shard[] shards = new Shard[1 << SHARD_BITS];
  private int begin;
  private int end = CHUNK_ENTRIES;
  private int count;

  /// No event whose key was let go, or never was here, has a later event time.
  private long historyEndMillis = Long.MIN_VALUE;

  RecentKeys(int countMax) {
    this.countMax = countMax;
    for (int i = 0; i < shards.length; i++) {
      shards[i] = new Shard();
    }
  }

  void historyEnds(long eventMillis) {
    historyEndMillis = Math.max(historyEndMillis, eventMillis);
  }

  @Nullable Seen get(Fingerprint key) {
    var entry = shard(key.high()).find(key.high(), key.low());
    return entry < 0 ? null : seen(entry);
  }

  void put(Fingerprint key, Seen seen) {
    var shard = shard(key.high());
    if (shard.find(key.high(), key.low()) >= 0) {
      return;
    }
    var entry = add();
    var longs = longs(entry);
    var at = at(entry);
    longs[at] = key.high();
    longs[at + 1] = key.low();
    longs[at + 2] = seen.content.high();
    longs[at + 3] = seen.content.low();
    longs[at + 4] = seen.receivedMillis;
    longs[at + 5] = seen.eventMillis;
    longs[at + 6] = seen.position;
    shard.add(entry);
    count++;
  }

  /// Lets go what was received before the instant, or is too much; but only what the ledger has.
  void evict(long receivedBeforeMillis, long committedPosition) {
    while (count > 0) {
      var eldest = used.getFirst() * CHUNK_ENTRIES + begin;
      var longs = longs(eldest);
      var at = at(eldest);
      var due = longs[at + 4] < receivedBeforeMillis || count > countMax;
      if (!due || longs[at + 6] > committedPosition) {
        return;
      }
      historyEnds(longs[at + 5]);
      shard(longs[at]).remove(eldest);
      count--;
      begin++;
      if (begin == CHUNK_ENTRIES) {
        free.addLast(used.removeFirst());
        begin = 0;
      }
    }
  }

  long historyEndMillis() {
    return historyEndMillis;
  }

  int size() {
    return count;
  }

  private Shard shard(long high) {
    return shards[(int) (high >>> (Long.SIZE - SHARD_BITS))];
  }

  /* The last chunk is used up when `end` is its end; with none in use it is too. */
  private int add() {
    if (end == CHUNK_ENTRIES || used.isEmpty()) {
      if (free.isEmpty()) {
        free.addLast(chunks.size());
        chunks.add(new long[CHUNK_ENTRIES * LONGS]);
      }
      used.addLast(free.removeFirst());
      end = 0;
    }
    return used.getLast() * CHUNK_ENTRIES + end++;
  }

  private long[] longs(int entry) {
    return chunks.get(entry / CHUNK_ENTRIES);
  }

  private static int at(int entry) {
    return entry % CHUNK_ENTRIES * LONGS;
  }

  private Seen seen(int entry) {
    var longs = longs(entry);
    var at = at(entry);
    return new Seen(
        new Fingerprint(longs[at + 2], longs[at + 3]), longs[at + 4], longs[at + 5], longs[at + 6]);
  }

  /// Entries by key: an open hash table, searched in steps of one, never more than two thirds full.
  private final class Shard {
    /* One more than the entry; 0 is an empty place. */
    private int[] places = new int[16];
    private int taken;

    /// The entry of that key; negative where there is none.
    int find(long high, long low) {
      for (int i = home(low); places[i] != 0; i = next(i)) {
        var entry = places[i] - 1;
        var longs = longs(entry);
        var at = at(entry);
        if (longs[at] == high && longs[at + 1] == low) {
          return entry;
        }
      }
      return -1;
    }

    void add(int entry) {
      taken++;
      if (taken * 3L > places.length * 2L) {
        grow();
      }
      place(entry);
    }

    private void place(int entry) {
      var i = homeOf(entry);
      while (places[i] != 0) {
        i = next(i);
      }
      places[i] = entry + 1;
    }

    private void grow() {
      var old = places;
      places = new int[old.length * 2];
      for (var place : old) {
        if (place != 0) {
          place(place - 1);
        }
      }
    }

    /* What stands behind it moves up, where its home is at the hole or before. */
    void remove(int entry) {
      var hole = homeOf(entry);
      while (places[hole] != entry + 1) {
        hole = next(hole);
      }
      places[hole] = 0;
      taken--;
      for (int i = next(hole); places[i] != 0; i = next(i)) {
        var home = homeOf(places[i] - 1);
        if (distance(home, i) >= distance(hole, i)) {
          places[hole] = places[i];
          places[i] = 0;
          hole = i;
        }
      }
    }

    private int home(long low) {
      return (int) low & (places.length - 1);
    }

    private int homeOf(int entry) {
      return home(longs(entry)[at(entry) + 1]);
    }

    private int distance(int from, int to) {
      return (to - from) & (places.length - 1);
    }

    private int next(int i) {
      return (i + 1) & (places.length - 1);
    }
  }
}
