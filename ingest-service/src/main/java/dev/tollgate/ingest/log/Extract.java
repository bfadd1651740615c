package dev.tollgate.ingest.log;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;

/// Some of the log's records, in its order, by their positions: read from the log each time that
/// they are looked at, so that it takes next to no memory. To be gone through from the first to the
/// last.
final class Extract extends AbstractList<Logged> {
  private final SegmentLog log;
  private final long[] positions;
  private final int from;
  private final int until;

  /// @param positions ascending, all of them fsynced; not retired while this is in use
  Extract(SegmentLog log, long[] positions) {
    this(log, positions, 0, positions.length);
  }

  private Extract(SegmentLog log, long[] positions, int from, int until) {
    this.log = log;
    this.positions = positions;
    this.from = from;
    this.until = until;
  }

  @Override
  public int size() {
    return until - from;
  }

  @Override
  public Logged get(int index) {
    try (var reading = new Reading(subList(index, index + 1))) {
      return reading.next();
    }
  }

  @Override
  public Extract subList(int first, int end) {
    Objects.checkFromToIndex(first, end, size());
    return new Extract(log, positions, from + first, from + end);
  }

  /// Closes the file by itself behind the last one; who ends earlier may close it.
  @Override
  public Iterator<Logged> iterator() {
    return new Reading(this);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Extract that
        && log == that.log
        && Arrays.equals(positions, from, until, that.positions, that.from, that.until);
  }

  @Override
  public int hashCode() {
    return size();
  }

  /// A way through it.
  private static final class Reading implements Iterator<Logged>, Closeable {
    private final long[] positions;
    private final int until;
    private final LogCursor cursor;
    private int next;

    Reading(Extract extract) {
      this.positions = extract.positions;
      this.next = extract.from;
      this.until = extract.until;
      this.cursor = extract.log.read(next < until ? positions[next] : 1);
    }

    @Override
    public boolean hasNext() {
      return next < until;
    }

    @Override
    public Logged next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      cursor.skipTo(positions[next]);
      var logged =
          cursor
              .next(Duration.ZERO)
              .filter(read -> read.position() == positions[next])
              .orElseThrow(
                  () -> new IllegalStateException("the log has no record " + positions[next]));
      next++;
      if (!hasNext()) {
        close();
      }
      return logged;
    }

    @Override
    public void close() {
      try {
        cursor.close();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }
}
