package dev.tollgate.ingest.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the log from a position on and waits at its end for more. For one thread at a time.
///
/// That thread must not be interrupted: Java closes the file under an interrupted reader.
public final class LogCursor implements AutoCloseable {
  private final SegmentLog log;
  private long next;
  private @Nullable SegmentReader reader;
  private @Nullable Segment segment;

  LogCursor(SegmentLog log, long from) {
    this.log = log;
    this.next = Math.max(from, log.segments().firstKey());
  }

  /// The next record; empty where none comes within the time, or the log is closed.
  ///
  /// @throws LogDamaged where what had been fsynced can't be read any more
  public Optional<Logged> next(Duration patience) {
    return advance(patience)
        .map(frame -> new Logged(frame.position(), EntryCodec.decode(frame.body())));
  }

  private Optional<Frame> advance(Duration patience) {
    try {
      return log.durable().await(next, patience.toNanos()) ? Optional.of(read()) : Optional.empty();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// As `next`, but for the rows.
  public Optional<Glimpse> glimpse(Duration patience) {
    return advance(patience).map(EntryCodec::glimpse);
  }

  /// What lies before the position is passed.
  void skipTo(long position) {
    next = Math.max(next, position);
  }

  /// The position of the record that comes next.
  public long position() {
    return next;
  }

  /// The columns of each table's rows in the segment of the record that came last.
  public Map<String, List<String>> columns() {
    return segment == null ? Map.of() : segment.header.columns();
  }

  private Frame read() throws IOException {
    while (true) {
      var current = atSegment();
      var at = reader().offset();
      var end = current.end();
      var frame = reader().next(end);
      if (frame.isEmpty() && at < end) {
        throw new LogDamaged(current.file, at, "record " + next + " can't be read");
      }
      if (frame.isEmpty()) {
        close();
      } else if (frame.get().position() >= next) {
        next = frame.get().position() + 1;
        return frame.get();
      }
    }
  }

  private Segment atSegment() throws IOException {
    if (segment == null || reader == null) {
      var found = log.segments().floorEntry(next).getValue();
      reader = new SegmentReader(found.file);
      segment = found;
      return found;
    }
    return segment;
  }

  private SegmentReader reader() {
    return java.util.Objects.requireNonNull(reader);
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
    }
    reader = null;
    segment = null;
  }
}
