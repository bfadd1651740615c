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
  private final List<Cut> cuts = new ArrayList<>();
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

  @Override
  public synchronized Insertion insert(Batch.Part part) {
    inserts++;
    var cut = cuts.isEmpty() ? Cut.NONE : cuts.removeFirst();
    if (cut == Cut.BEFORE) {
      throw away();
    }
    var positions = part.entries().stream().map(Logged::position).toList();
    if (positions.stream().anyMatch(refused::contains)) {
      return new Insertion.Refused(CODE);
    }
    var before = byToken.putIfAbsent(part.token(), positions);
    if (before != null && !before.equals(positions)) {
      throw new AssertionError("other bytes under the token " + part.token());
    }
    if (before == null && cut != Cut.NOTED) {
      rows.addAll(positions);
    }
    if (cut != Cut.NOTED && rollupTokens.add(part.token()) && cut != Cut.ROLLUP_NOTED) {
      rolledUp.addAll(positions);
    }
    if (cut == Cut.ROLLUP_FORGOTTEN) {
      rollupTokens.remove(part.token());
    }
    if (cut != Cut.NONE) {
      throw away();
    }
    return new Insertion.Taken();
  }

  @Override
  public synchronized List<Logged> missing(Batch.Part part) {
    return part.entries().stream().filter(logged -> !rows.contains(logged.position())).toList();
  }

  @Override
  public synchronized int recount(Batch.Part part) {
    var positions = part.entries().stream().map(Logged::position).toList();
    var before = rolledUp();
    rolledUp.removeAll(positions);
    rows.stream().filter(positions::contains).forEach(rolledUp::add);
    return before.equals(rolledUp()) ? 0 : 1;
  }

  @Override
  public Map<String, Fingerprint> find(String table, String tenant, Collection<EventKey> events) {
    return Map.of();
  }

  private static Failure away() {
    return Failure.retryable(Reason.STORE_UNAVAILABLE, "cut", Duration.ZERO);
  }
}
