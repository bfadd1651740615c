package dev.tollgate.ingest.log;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/// How far the log's readers had come, as its records tell. Not safe for concurrent use.
public final class LogState implements Consumer<Logged> {
  private final NavigableMap<Long, Entry.Seal> uncommitted = new TreeMap<>();
  private final NavigableSet<Long> unstored = new TreeSet<>();
  private final Map<String, Long> splits = new HashMap<>();
  private long sealed;
  private long committed;
  private long settled;

  @Override
  public void accept(Logged logged) {
    switch (logged.entry()) {
      case Entry.Accepted _ -> unstored.add(logged.position());
      case Entry.Correction _, Entry.User _, Entry.GiveBack _, Entry.Letter _, Entry.Replay _ -> {}
      case Entry.Split split -> splits.put(split.token(), split.last());
      case Entry.Seal seal -> {
        uncommitted.put(seal.last(), seal);
        sealed = Math.max(sealed, seal.last());
      }
      case Entry.Commit commit -> {
        committed = Math.max(committed, commit.last());
        uncommitted.headMap(commit.last(), true).clear();
        unstored.headSet(commit.last(), true).clear();
        splits.values().removeIf(last -> last <= commit.last());
      }
      case Entry.Settled done -> settled = Math.max(settled, done.through());
    }
  }

  /// Batches that the ledger may or may not have, the oldest first.
  public List<Entry.Seal> uncommitted() {
    return List.copyOf(uncommitted.values());
  }

  /// Positions of events and facts that the ledger may not have.
  public Collection<Long> unstored() {
    return Collections.unmodifiableSet(unstored);
  }

  /// Tokens of those parts of these batches that go out as their halves.
  public Set<String> splits() {
    return Set.copyOf(splits.keySet());
  }

  /// The last position that belongs to a batch; 0 where none does.
  public long sealed() {
    return sealed;
  }

  /// The last position that the ledger is known to have.
  public long committed() {
    return committed;
  }

  /// The last position that the quota is known to have.
  public long settled() {
    return settled;
  }
}
