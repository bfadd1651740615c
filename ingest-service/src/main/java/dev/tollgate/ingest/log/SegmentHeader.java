package dev.tollgate.ingest.log;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/// What a segment says about itself.
///
/// @param logId names the log for ever; a new log never gets an old one's name
/// @param first the position of the segment's first record
/// @param createdMillis when it was begun, which is after everything before it was received
/// @param historyEndMillis no event that is not in this log, or lies before this segment, has a
///   later event time
/// @param columns of each table's rows in it, in their order
public record SegmentHeader(
    String logId,
    long first,
    long createdMillis,
    long historyEndMillis,
    Map<String, List<String>> columns) {
  private static final long MAGIC = 0x544f4c4c474c4f47L; // TOLLGLOG

  /* 2 has corrections, 3 tells output from input, 4 has rows of several tables and what usage
  without a reservation debits, 5 splits batches and sets entries aside, 6 tells names of users: a
  release that doesn't know them says so here, not at the first of them. */
  private static final int FORMAT = 6;
  private static final int TABLES_SINCE = 4;
  private static final int FORMAT_MIN = 1;
  private static final int SIZE_MAX = 64 << 10;

  /// magic long | format int | length int | CRC32C int | fields.
  ByteBuffer toBytes() {
    var fields = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(fields)) {
      out.writeUTF(logId);
      out.writeLong(first);
      out.writeLong(createdMillis);
      out.writeLong(historyEndMillis);
      out.writeShort(columns.size());
      for (var table : new TreeMap<>(columns).entrySet()) {
        out.writeUTF(table.getKey());
        out.writeUTF(String.join(",", table.getValue()));
      }
    } catch (IOException impossible) {
      throw new java.io.UncheckedIOException(impossible);
    }
    var bytes = fields.toByteArray();
    return ByteBuffer.allocate(20 + bytes.length)
        .putLong(MAGIC)
        .putInt(FORMAT)
        .putInt(bytes.length)
        .putInt(checksum(bytes))
        .put(bytes)
        .flip();
  }

  /// Reads the header of a segment and leaves the channel behind it.
  ///
  /// @throws LogDamaged where it can't be read: a header is fsynced before its file gets its name
  static SegmentHeader read(Path file, FileChannel channel) throws IOException {
    var start = fill(ByteBuffer.allocate(20), channel);
    if (start.remaining() < 20 || start.getLong() != MAGIC) {
      throw new LogDamaged(file, 0, "not a segment of this log");
    }
    var format = start.getInt();
    if (format < FORMAT_MIN || format > FORMAT) {
      throw new LogDamaged(
          file, 8, "format " + format + " (expected: " + FORMAT_MIN + " to " + FORMAT + ")");
    }
    var length = start.getInt();
    if (length < 0 || length > SIZE_MAX) {
      throw new LogDamaged(file, 12, "the header's length is " + length);
    }
    var bytes = new byte[length];
    if (fill(ByteBuffer.wrap(bytes), channel).remaining() < length
        || start.getInt() != checksum(bytes)) {
      throw new LogDamaged(file, 16, "the header's checksum is wrong");
    }
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return new SegmentHeader(
          in.readUTF(),
          in.readLong(),
          in.readLong(),
          in.readLong(),
          format < TABLES_SINCE ? Map.of(Entry.USAGE_TABLE, names(in)) : tables(in));
    }
  }

  private static Map<String, List<String>> tables(DataInputStream in) throws IOException {
    var tables = new HashMap<String, List<String>>();
    for (int left = in.readShort(); left > 0; left--) {
      tables.put(in.readUTF(), names(in));
    }
    return Map.copyOf(tables);
  }

  private static List<String> names(DataInputStream in) throws IOException {
    return List.of(in.readUTF().split(","));
  }

  private static ByteBuffer fill(ByteBuffer buffer, FileChannel channel) throws IOException {
    while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
    return buffer.flip();
  }

  private static int checksum(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
