package dev.tollgate.client.record;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tollgate.client.UsageStream;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;

/// One file of the spool: frames of events, in the order in which they were taken. Not safe for
/// concurrent use, but that `sync` may run beside everything else.
final class SpoolFile {
  /* A frame is its payload's length, the CRC of length and payload, and the payload: an event. */
  private static final int HEADER_BYTES = 8;

  private final Path path;
  private final FileChannel channel;
  private long size;
  private long position;
  private long read;
  private long answered;
  private boolean sealed;
  private boolean damaged;
  private boolean kept;

  private SpoolFile(Path path, FileChannel channel, long size, boolean sealed) {
    this.path = path;
    this.channel = channel;
    this.size = size;
    this.sealed = sealed;
  }

  static SpoolFile create(Path path) throws IOException {
    var options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    var channel = FileChannel.open(path, options, Owned.file(path));
    return new SpoolFile(path, channel, 0, false);
  }

  /// One that an earlier client left: it is only read.
  static SpoolFile open(Path path) throws IOException {
    var channel = FileChannel.open(path, StandardOpenOption.READ);
    return new SpoolFile(path, channel, channel.size(), true);
  }

  static ByteBuffer frame(UsageEvent event) {
    var payload = event.toByteArray();
    var frame = ByteBuffer.allocate(HEADER_BYTES + payload.length);
    frame.putInt(payload.length).putInt(crc(ByteBuffer.wrap(payload))).put(payload).flip();
    return frame;
  }

  /// Appends the frame whole, or not at all.
  void append(ByteBuffer frame) throws IOException {
    var at = size;
    try {
      while (frame.hasRemaining()) {
        at += channel.write(frame, at);
      }
      size = at;
    } catch (IOException failed) {
      sealed = true;
      try {
        channel.truncate(size);
      } catch (IOException torn) {
        failed.addSuppressed(torn);
      }
      throw failed;
    }
  }

  void sync() throws IOException {
    channel.force(false);
  }

  /// The next event; empty where there is none, or what is there is not understood: then the file
  /// is damaged.
  Optional<UsageEvent> next() throws IOException {
    while (position < size) {
      var header = readAt(position, HEADER_BYTES);
      if (header.remaining() < HEADER_BYTES) {
        return tear();
      }
      var length = header.getInt();
      var crc = header.getInt();
      if (length < 0
          || length > UsageStream.EVENT_BYTES_MAX
          || position + HEADER_BYTES + length > size) {
        return tear();
      }
      var payload = readAt(position + HEADER_BYTES, length);
      if (payload.remaining() < length) {
        return tear();
      }
      position += HEADER_BYTES + length;
      var event = parse(payload, crc);
      if (event.isPresent()) {
        read++;
        return event;
      }
      damaged = true;
    }
    return Optional.empty();
  }

  /// Nothing more can be read from it.
  void giveUp() {
    tear();
  }

  private Optional<UsageEvent> tear() {
    damaged = true;
    position = size;
    return Optional.empty();
  }

  private static Optional<UsageEvent> parse(ByteBuffer payload, int crc) {
    if (crc(payload.duplicate()) != crc) {
      return Optional.empty();
    }
    try {
      return Optional.of(UsageEvent.parseFrom(payload));
    } catch (InvalidProtocolBufferException malformed) {
      return Optional.empty();
    }
  }

  private ByteBuffer readAt(long at, int length) throws IOException {
    var buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      var got = channel.read(buffer, at + buffer.position());
      if (got < 0) {
        break;
      }
    }
    return buffer.flip();
  }

  private static int crc(ByteBuffer payload) {
    var crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(payload.remaining()).flip());
    crc.update(payload);
    return (int) crc.getValue();
  }

  /// Nothing is appended any more.
  void seal() {
    sealed = true;
  }

  /// One of its events is answered.
  void answered() {
    answered++;
  }

  /// One of its events was refused for good: it stays for the next client.
  void keep() {
    answered++;
    kept = true;
  }

  boolean isSealed() {
    return sealed;
  }

  boolean isRead() {
    return position == size;
  }

  boolean isDamaged() {
    return damaged;
  }

  /// Whether all of its events were read and have an answer.
  boolean isAnswered() {
    return isRead() && answered == read;
  }

  Path path() {
    return path;
  }

  long position() {
    return position;
  }

  long size() {
    return size;
  }

  /// Lets go of it. A file of which all is answered is deleted; true where it is gone.
  boolean close() throws IOException {
    channel.close();
    if (!isAnswered() || kept) {
      return false;
    }
    if (damaged) {
      var aside = path.resolveSibling(path.getFileName() + ".damaged");
      Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.delete(path);
    }
    return true;
  }
}
