package dev.tollgate.ingest.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// Reads the records of one segment, one after another.
final class SegmentReader implements Closeable {
  private static final int BUFFER_BYTES = 256 << 10;

  private final Path file;
  private final FileChannel channel;
  private final SegmentHeader header;
  private ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);

  /// Where the next byte to be read into the buffer lies in the file.
  private long fetched;

  SegmentReader(Path file) throws IOException {
    this.file = file;
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      this.header = SegmentHeader.read(file, channel);
      this.fetched = channel.position();
    } catch (IOException | RuntimeException failure) {
      channel.close();
      throw failure;
    }
  }

  Path file() {
    return file;
  }

  SegmentHeader header() {
    return header;
  }

  /// Where the next record begins.
  long offset() {
    return fetched - buffer.remaining();
  }

  /// The next record; empty where no whole and sound one lies before the limit.
  Optional<Frame> next(long limit) throws IOException {
    fetch(Frame.OVERHEAD, limit);
    var size = Frame.sizeAt(buffer);
    if (size == 0) {
      return Optional.empty();
    }
    fetch(size, limit);
    return Frame.soundAt(buffer, buffer.position(), size)
        ? Optional.of(Frame.read(buffer))
        : Optional.empty();
  }

  private void fetch(int bytes, long limit) throws IOException {
    if (buffer.remaining() >= bytes || fetched >= limit) {
      return;
    }
    if (buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocate(bytes + BUFFER_BYTES).put(buffer);
    } else {
      buffer.compact();
    }
    buffer.limit((int) Math.min(buffer.capacity(), buffer.position() + (limit - fetched)));
    while (buffer.position() < bytes) {
      var read = channel.read(buffer, fetched);
      if (read <= 0) {
        break;
      }
      fetched += read;
    }
    buffer.flip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
