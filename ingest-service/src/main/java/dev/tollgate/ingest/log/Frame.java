package dev.tollgate.ingest.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// One record as it lies in a segment.
///
/// @param synced the last position that was known to be fsynced when this one was written
@SuppressWarnings("ArrayRecordComponent") // handed on, never changed or compared
record Frame(long position, long synced, byte[] body) {
  /*
   * length int | CRC32C int over all that follows | position long | synced long | body
   *
   * `length` counts the body. The position is part of what the checksum covers, so that a record is
   * valid in its own place only. `synced` tells a torn tail from damage: a broken record that a
   * later one calls fsynced had been acknowledged.
   */
  static final int OVERHEAD = 4 + 4 + 8 + 8;
  static final int BODY_MAX = 4 << 20;

  int size() {
    return OVERHEAD + body.length;
  }

  void write(ByteBuffer out) {
    var start = out.position();
    out.putInt(body.length);
    out.putInt(0);
    out.putLong(position);
    out.putLong(synced);
    out.put(body);
    out.putInt(start + 4, checksum(out, start + 8, out.position()));
  }

  /// The size of the record that begins at the buffer's position, as far as it says so: 0 where
  /// that is nonsense or not all there.
  static int sizeAt(ByteBuffer in) {
    if (in.remaining() < OVERHEAD) {
      return 0;
    }
    var length = in.getInt(in.position());
    return length < 0 || length > BODY_MAX ? 0 : OVERHEAD + length;
  }

  /// Whether a whole and sound record begins at this offset of the buffer.
  static boolean soundAt(ByteBuffer in, int offset, int size) {
    return size != 0
        && offset + size <= in.limit()
        && in.getInt(offset + 4) == checksum(in, offset + 8, offset + size);
  }

  /// Takes the sound record at the buffer's position.
  static Frame read(ByteBuffer in) {
    var body = new byte[in.getInt()];
    in.getInt();
    var position = in.getLong();
    var synced = in.getLong();
    in.get(body);
    return new Frame(position, synced, body);
  }

  private static int checksum(ByteBuffer buffer, int from, int to) {
    var crc = new CRC32C();
    crc.update(buffer.duplicate().position(from).limit(to));
    return (int) crc.getValue();
  }
}
