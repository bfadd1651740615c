package dev.tollgate.ingest.write;

import dev.tollgate.ingest.ledger.Batch;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Glimpse;
import dev.tollgate.ingest.log.LogCursor;
import dev.tollgate.ingest.log.Logged;
import dev.tollgate.ingest.log.SegmentLog;
import dev.tollgate.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Cuts those of the log's entries that have rows into batches.
final class BatchReader implements AutoCloseable {
  /// Rows that are to become a batch: from `first` to `last` in the log, where they stay until they
  /// are sent.
  ///
  /// @param entries for each table those with rows of it
  /// @param events how many of them were accepted from callers
  /// @param receivedMillis when the first of these came; 0 where there is none
  record Cut(
      long first,
      long last,
      Map<String, List<String>> columns,
      SortedMap<String, List<Logged>> entries,
      int events,
      long receivedMillis) {
    Batch batch(String logId) {
      return new Batch(logId, columns, last, entries);
    }

    int size() {
      return entries.values().stream().mapToInt(List::size).sum();
    }
  }

  private static final Duration AT_ONCE = Duration.ofSeconds(30);
  private static final Duration LOOK_EVERY = Duration.ofMillis(10);

  private final SegmentLog log;
  private final BatchLimits limits;
  private final TimeSource time;
  private final LogCursor cursor;

  /// Read already, but of other columns than the batch before it.
  private @Nullable Glimpse ahead;

  BatchReader(SegmentLog log, BatchLimits limits, TimeSource time, long from) {
    this.log = log;
    this.limits = limits;
    this.time = time;
    this.cursor = log.read(from);
  }

  /// The rows of a batch that was sealed before, just as they were.
  static Cut again(SegmentLog log, Entry.Seal seal) throws IOException {
    var growing = new Growing(log);
    try (var cursor = log.read(seal.first())) {
      while (cursor.position() <= seal.last()) {
        var glimpse =
            cursor
                .glimpse(AT_ONCE)
                .orElseThrow(() -> new IOException("the log ends before batch " + seal));
        if (hasRows(glimpse)) {
          growing.add(glimpse, cursor.columns());
        }
      }
    }
    return growing.cut(seal.first(), seal.last());
  }

  /// The next rows; waits a while for the first, and for more as the limits say, or as long as it
  /// may: a large batch costs the ledger less than two small ones.
  Optional<Cut> next(Duration patience, BooleanSupplier mayWait) {
    var first = firstWithRows(patience);
    if (first.isEmpty()) {
      return Optional.empty();
    }
    var columns = cursor.columns();
    var growing = new Growing(log);
    growing.add(first.get(), columns);
    var beginNanos = time.nanoTime();
    while (growing.rows < limits.rowsMax() && growing.bytes < limits.bytesMax()) {
      var waited = Duration.ofNanos(time.nanoTime() - beginNanos);
      var left = limits.left(growing.rows, waited);
      var glimpse = cursor.glimpse(left.isZero() && mayWait.getAsBoolean() ? LOOK_EVERY : left);
      if (glimpse.isEmpty()) {
        if (left.isZero() && !mayWait.getAsBoolean()) {
          break;
        }
      } else if (hasRows(glimpse.get())) {
        if (!cursor.columns().equals(columns)) {
          ahead = glimpse.get();
          break;
        }
        growing.add(glimpse.get(), columns);
      }
    }
    return Optional.of(growing.cut(first.get().position(), growing.last));
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

  private Optional<Glimpse> firstWithRows(Duration patience) {
    var kept = ahead;
    if (kept != null) {
      ahead = null;
      return Optional.of(kept);
    }
    var glimpse = cursor.glimpse(patience);
    while (glimpse.isPresent() && !hasRows(glimpse.get())) {
      glimpse = cursor.glimpse(Duration.ZERO);
    }
    return glimpse;
  }

  private static boolean hasRows(Glimpse glimpse) {
    return glimpse.rows() > 0;
  }

  @Override
  public void close() throws IOException {
    cursor.close();
  }

  /// A cut that grows.
  private static final class Growing {
    private final SegmentLog log;
    private final Map<String, LongStream.Builder> positions = new TreeMap<>();
    private Map<String, List<String>> columns = Map.of();
    private long last;
    private int rows;
    private long bytes;
    private int events;
    private long receivedMillis;

    Growing(SegmentLog log) {
      this.log = log;
    }

    /// @param columns of its segment, which are those of all
    void add(Glimpse glimpse, Map<String, List<String>> columns) {
      positions.computeIfAbsent(glimpse.table(), _ -> LongStream.builder()).add(glimpse.position());
      this.columns = columns;
      last = glimpse.position();
      rows += glimpse.rows();
      bytes += glimpse.bytes();
      if (glimpse.isAccepted() && events++ == 0) {
        receivedMillis = glimpse.receivedMillis();
      }
    }

    Cut cut(long first, long end) {
      var entries = new TreeMap<String, List<Logged>>();
      positions.forEach((table, its) -> entries.put(table, log.at(its.build().toArray())));
      return new Cut(first, end, columns, entries, events, receivedMillis);
    }
  }
}
