package dev.tollgate.ingest.write;

import dev.tollgate.ingest.ledger.Batch;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.LogCursor;
import dev.tollgate.ingest.log.Logged;
import dev.tollgate.ingest.log.SegmentLog;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Cuts those of the log's entries that have rows into batches.
final class BatchReader implements AutoCloseable {
  /// Rows that are to become a batch: from `first` to `last` in the log.
  record Cut(long first, long last, Map<String, List<String>> columns, List<Logged> entries) {
    Batch batch(String logId) {
      return new Batch(logId, columns, last, entries);
    }
  }

  private static final Duration AT_ONCE = Duration.ofSeconds(30);
  private static final Duration LOOK_EVERY = Duration.ofMillis(10);

  private final SegmentLog log;
  private final BatchLimits limits;
  private final TimeSource time;
  private final LogCursor cursor;

  /// Read already, but of other columns than the batch before it.
  private @Nullable Logged ahead;

  BatchReader(SegmentLog log, BatchLimits limits, TimeSource time, long from) {
    this.log = log;
    this.limits = limits;
    this.time = time;
    this.cursor = log.read(from);
  }

  /// The rows of a batch that was sealed before, just as they were.
  static Cut again(SegmentLog log, Entry.Seal seal) throws IOException {
    var entries = new ArrayList<Logged>();
    Map<String, List<String>> columns = Map.of();
    try (var cursor = log.read(seal.first())) {
      while (cursor.position() <= seal.last()) {
        var logged =
            cursor
                .next(AT_ONCE)
                .orElseThrow(() -> new IOException("the log ends before batch " + seal));
        if (hasRows(logged)) {
          entries.add(logged);
          columns = cursor.columns();
        }
      }
    }
    return new Cut(seal.first(), seal.last(), columns, entries);
  }

  /// The next rows; waits a while for the first, and for more as the limits say, or as long as it
  /// may: a large batch costs the ledger less than two small ones.
  Optional<Cut> next(Duration patience, BooleanSupplier mayWait) {
    var first = firstWithRows(patience);
    if (first.isEmpty()) {
      return Optional.empty();
    }
    var entries = new ArrayList<Logged>();
    entries.add(first.get());
    var rows = first.get().entry().rows().size();
    var columns = cursor.columns();
    var bytes = rowBytes(first.get());
    var endNanos = time.nanoTime() + limits.linger().toNanos();
    while (rows < limits.rowsMax() && bytes < limits.bytesMax()) {
      var left = Duration.ofNanos(Math.max(0, endNanos - time.nanoTime()));
      var logged = cursor.next(left.isZero() && mayWait.getAsBoolean() ? LOOK_EVERY : left);
      if (logged.isEmpty()) {
        if (left.isZero() && !mayWait.getAsBoolean()) {
          break;
        }
      } else if (hasRows(logged.get())) {
        if (!cursor.columns().equals(columns)) {
          ahead = logged.get();
          break;
        }
        entries.add(logged.get());
        rows += logged.get().entry().rows().size();
        bytes += rowBytes(logged.get());
      }
    }
    return Optional.of(
        new Cut(entries.getFirst().position(), entries.getLast().position(), columns, entries));
  }

  /// Whether everything that is fsynced was read.
  boolean isAtEnd() {
    return ahead == null && cursor.position() > log.durablePosition();
  }

  /// Everything up to this position is in the cuts that were handed out, or has no rows.
  long readThrough() {
    var kept = ahead;
    return (kept == null ? cursor.position() : kept.position()) - 1;
  }

  private Optional<Logged> firstWithRows(Duration patience) {
    var kept = ahead;
    if (kept != null) {
      ahead = null;
      return Optional.of(kept);
    }
    var logged = cursor.next(patience);
    while (logged.isPresent() && !hasRows(logged.get())) {
      logged = cursor.next(Duration.ZERO);
    }
    return logged;
  }

  private static boolean hasRows(Logged logged) {
    return !logged.entry().rows().isEmpty();
  }

  private static long rowBytes(Logged logged) {
    return logged.entry().rows().stream().mapToLong(row -> row.length).sum();
  }

  @Override
  public void close() throws IOException {
    cursor.close();
  }
}
