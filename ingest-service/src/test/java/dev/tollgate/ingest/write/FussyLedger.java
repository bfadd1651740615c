package dev.tollgate.ingest.write;

import dev.tollgate.failure.Failure;
import dev.tollgate.failure.Reason;
import dev.tollgate.ingest.ledger.Batch;
import dev.tollgate.ingest.ledger.Insertion;
import dev.tollgate.ingest.ledger.Ledger;
import dev.tollgate.ingest.log.Fingerprint;
import dev.tollgate.ingest.log.Logged;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A ledger that refuses some positions, and may be cut off before or after it has taken a part, or
/// be killed while it takes one. It has one rollup.
final class FussyLedger implements Ledger {
  static final int CODE = 469;
  private static final long POSITIONS_PER_HOUR = 10;

  /// How the next inserts go wrong, one after the other; then they go well.
  enum Cut {
    NONE,
    BEFORE,
    AFTER,
    /// Killed when it had noted the token, and had no rows.
    NOTED,
    /// Killed when it had the rows, and had noted the token for the rollup only.
    ROLLUP_NOTED,
    /// Killed when it had everything, and lost the rollup's note.
    ROLLUP_FORGOTTEN
  }

  private final Map<String, List<Long>> byToken = new HashMap<>();
  private final List<Long> rows = new ArrayList<>();
  private final Set<String> rollupTokens = new HashSet<>();
  private final List<Long> rolledUp = new ArrayList<>();
  private final Set<Long> refused = new HashSet<>();
  private final Set<Long> lost = new HashSet<>();
  private final List<Cut> cuts = new ArrayList<>();
  private Runnable halfway = () -> {};
  private int inserts;

  synchronized void refuse(Collection<Long> positions) {
    refused.addAll(positions);
  }

  synchronized void acceptAll() {
    refused.clear();
  }

  synchronized void cutNext(List<Cut> next) {
    cuts.addAll(next);
  }

  synchronized int inserts() {
    return inserts;
  }

  /// The positions that it has, in ascending order, one as often as it was taken.
  synchronized List<Long> positions() {
    return rows.stream().sorted().toList();
  }

  /// The same of its rollup.
  synchronized List<Long> rolledUp() {
    return rolledUp.stream().sorted().toList();
  }

  /// Done by the next insert, between the table and the rollup.
  synchronized void halfwayOnce(Runnable deed) {
    halfway = deed;
  }

  /// Positions whose rows vanish.
  synchronized void lose(Collection<Long> positions) {
    lost.addAll(positions);
  }

  @Override
  public Insertion insert(Batch.Part part) {
    var cut = nextCut();
    var positions = part.entries().stream().map(Logged::position).toList();
    if (cut == Cut.BEFORE) {
      throw away();
    }
    if (!takes(part.token(), positions, cut)) {
      return new Insertion.Refused(CODE);
    }
    nextDeed().run();
    rollUp(part.token(), positions, cut);
    if (cut != Cut.NONE) {
      throw away();
    }
    return new Insertion.Taken();
  }

  private synchronized Cut nextCut() {
    inserts++;
    return cuts.isEmpty() ? Cut.NONE : cuts.removeFirst();
  }

  private synchronized Runnable nextDeed() {
    var deed = halfway;
    halfway = () -> {};
    return deed;
  }

  private synchronized boolean takes(String token, List<Long> positions, Cut cut) {
    if (positions.stream().anyMatch(refused::contains)) {
      return false;
    }
    var before = byToken.putIfAbsent(token, positions);
    if (before != null && !before.equals(positions)) {
      throw new AssertionError("other bytes under the token " + token);
    }
    if (before == null && cut != Cut.NOTED) {
      positions.stream().filter(position -> !lost.contains(position)).forEach(rows::add);
    }
    return true;
  }

  private synchronized void rollUp(String token, List<Long> positions, Cut cut) {
    if (cut != Cut.NOTED && rollupTokens.add(token) && cut != Cut.ROLLUP_NOTED) {
      rolledUp.addAll(positions);
    }
    if (cut == Cut.ROLLUP_FORGOTTEN) {
      rollupTokens.remove(token);
    }
  }

  @Override
  public synchronized List<Logged> missing(Batch.Part part) {
    return part.entries().stream().filter(logged -> !rows.contains(logged.position())).toList();
  }

  @Override
  public synchronized int recount(Batch.Part part) {
    var hours = part.entries().stream().map(Logged::position).map(FussyLedger::hour).toList();
    var before = rolledUp();
    rolledUp.removeIf(position -> hours.contains(hour(position)));
    rows.stream().filter(position -> hours.contains(hour(position))).forEach(rolledUp::add);
    return before.equals(rolledUp()) ? 0 : 1;
  }

  /* Of which a recount can't tell the rows apart. */
  private static long hour(long position) {
    return position / POSITIONS_PER_HOUR;
  }

  @Override
  public Map<String, Fingerprint> find(String table, String tenant, Collection<EventKey> events) {
    return Map.of();
  }

  private static Failure away() {
    return Failure.retryable(Reason.STORE_UNAVAILABLE, "cut", Duration.ZERO);
  }
}
