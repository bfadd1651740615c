package dev.tollgate.client.record;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tollgate.client.UsageStream;
import dev.tollgate.proto.ingest.v1.UsageEvent;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/// One file of the spool: frames of events, in the order in which they were taken. Not safe for
/// concurrent use, but that `sync` may run beside everything else.
final class SpoolFile {
  /*
   * A frame is its payload's length, the CRC of length and payload, and the payload: an event.
   *
   * Not a FileChannel: an interrupted thread that touches one closes it for everybody, and calls that
   * were interrupted are to be recorded, too.
   */
  private static final int HEADER_BYTES = 8;

  private final Path path;
  private final RandomAccessFile file;
  private long size;
  private long position;
  private long read;
  private long answered;
  private boolean sealed;
  private boolean damaged;
  private boolean kept;

  private SpoolFile(Path path, RandomAccessFile file, long size, boolean sealed) {
    this.path = path;
    this.file = file;
    this.size = size;
    this.sealed = sealed;
  }

  static SpoolFile create(Path path) throws IOException {
    Files.createFile(path, Owned.file(path));
    return new SpoolFile(path, new RandomAccessFile(path.toFile(), "rw"), 0, false);
  }

  /// One that an earlier client left: it is only read.
  static SpoolFile open(Path path) throws IOException {
    var file = new RandomAccessFile(path.toFile(), "r");
    return new SpoolFile(path, file, file.length(), true);
  }

  static byte[] frame(UsageEvent event) {
    var payload = event.toByteArray();
    return ByteBuffer.allocate(HEADER_BYTES + payload.length)
        .putInt(payload.length)
        .putInt(crc(payload))
        .put(payload)
        .array();
  }

  /// Appends the frame whole, or not at all.
  void append(byte[] frame) throws IOException {
    try {
      file.seek(size);
      file.write(frame);
      size += frame.length;
    } catch (IOException failed) {
      sealed = true;
      try {
        file.setLength(size);
        sync();
      } catch (IOException torn) {
        failed.addSuppressed(torn);
      }
      throw failed;
    }
  }

  void sync() throws IOException {
    file.getFD().sync();
  }

  /// The next event; empty where there is none, or what is there is not understood: then the file
  /// is damaged.
  Optional<UsageEvent> next() throws IOException {
    while (position < size) {
      if (size - position < HEADER_BYTES) {
        return tear();
      }
      file.seek(position);
      var length = file.readInt();
      var crc = file.readInt();
      if (length < 0
          || length > UsageStream.EVENT_BYTES_MAX
          || position + HEADER_BYTES + length > size) {
        return tear();
      }
      var payload = new byte[length];
      file.readFully(payload);
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

  private static Optional<UsageEvent> parse(byte[] payload, int crc) {
    if (crc(payload) != crc) {
      return Optional.empty();
    }
    try {
      return Optional.of(UsageEvent.parseFrom(payload));
    } catch (InvalidProtocolBufferException malformed) {
      return Optional.empty();
    }
  }

  private static int crc(byte[] payload) {
    var crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(payload.length).flip());
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
    file.close();
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
