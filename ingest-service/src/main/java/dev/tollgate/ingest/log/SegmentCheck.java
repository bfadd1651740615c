package dev.tollgate.ingest.log;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/// Reads a segment at start and decides about what can't be read.
final class SegmentCheck {
  /*
   * Only the last segment may end in something unreadable, and only if it had not been fsynced: a
   * later record that says so proves the opposite. After a power failure pages of an unfinished
   * write may be there in any order, so a sound record behind a broken one is no proof by itself.
   *
   * Any other may end in zeros: they were there before the records, and nobody waited until they were
   * cut off for good. That no record is lost by it, the position shows with which the next one begins.
   */
  private static final long POSITIONS_AHEAD_MAX = 1 << 24;

  private final SegmentReader reader;
  private final long size;
  private long next;

  SegmentCheck(SegmentReader reader) throws IOException {
    this.reader = reader;
    this.size = java.nio.file.Files.size(reader.file());
    this.next = reader.header().first();
  }

  /// Hands on every record, and returns where they end.
  ///
  /// @param isLast whether a torn tail is possible
  long replay(boolean isLast, Consumer<Logged> replay) throws IOException {
    while (true) {
      var at = reader.offset();
      if (at == size) {
        return at;
      }
      var frame = reader.next(size);
      if (frame.isEmpty()) {
        if (isLast ? wasFsynced(at) : !isZero(at)) {
          throw new LogDamaged(reader.file(), at, "record " + next + " can't be read");
        }
        return at;
      }
      if (frame.get().position() != next) {
        throw new LogDamaged(
            reader.file(),
            at,
            "record " + frame.get().position() + " (expected: record " + next + ")");
      }
      replay.accept(new Logged(next, EntryCodec.decode(frame.get().body())));
      next++;
    }
  }

  /// The position behind the last record that was replayed.
  long next() {
    return next;
  }

  private boolean wasFsynced(long from) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var rest = rest(from, arena);
      for (int offset = 1; offset + Frame.OVERHEAD <= rest.limit(); offset++) {
        var position = rest.getLong(offset + 8);
        var synced = rest.getLong(offset + 16);
        if (position > next
            && position - next < POSITIONS_AHEAD_MAX
            && synced >= next
            && synced < position
            && Frame.soundAt(rest, offset, Frame.sizeAt(rest.position(offset)))) {
          return true;
        }
      }
      return false;
    }
  }

  private boolean isZero(long from) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var rest = rest(from, arena);
      while (rest.hasRemaining()) {
        if (rest.get() != 0) {
          return false;
        }
      }
      return true;
    }
  }

  private ByteBuffer rest(long from, Arena arena) throws IOException {
    try (var channel = FileChannel.open(reader.file(), StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, from, size - from, arena).asByteBuffer();
    }
  }
}
