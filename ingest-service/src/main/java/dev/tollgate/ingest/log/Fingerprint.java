package dev.tollgate.ingest.log;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/// 128 bits of SHA-256 over what a caller sent as one event: equal content, equal fingerprint.
public record Fingerprint(long high, long low) {
  public static final int BYTES = 16;

  /// Takes the first 16 bytes.
  public static Fingerprint of(byte[] hash) {
    var buffer = ByteBuffer.wrap(hash);
    return new Fingerprint(buffer.getLong(), buffer.getLong());
  }

  public byte[] toBytes() {
    return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
  }

  /// 32 hexadecimal digits.
  @Override
  public String toString() {
    return HexFormat.of().formatHex(toBytes());
  }
}
