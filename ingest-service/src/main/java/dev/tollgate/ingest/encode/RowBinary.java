package dev.tollgate.ingest.encode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SequencedMap;

/// Writes values as ClickHouse's RowBinary: little-endian, lengths as variable-length integers.
public final class RowBinary {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(768);

  /// UInt8 or Int8.
  public RowBinary int8(int value) {
    out.write(value);
    return this;
  }

  /// UInt16 or Int16.
  public RowBinary int16(int value) {
    return littleEndian(value, Short.BYTES);
  }

  /// UInt32 or Int32.
  public RowBinary int32(long value) {
    return littleEndian(value, Integer.BYTES);
  }

  /// UInt64, Int64 or DateTime64.
  public RowBinary int64(long value) {
    return littleEndian(value, Long.BYTES);
  }

  public RowBinary float64(double value) {
    return int64(Double.doubleToRawLongBits(value));
  }

  /// String, also LowCardinality.
  public RowBinary text(String value) {
    var bytes = value.getBytes(StandardCharsets.UTF_8);
    return size(bytes.length).fixed(bytes);
  }

  /// FixedString of just this length.
  public RowBinary fixed(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  public RowBinary texts(List<String> values) {
    size(values.size());
    values.forEach(this::text);
    return this;
  }

  public RowBinary textByText(SequencedMap<String, String> map) {
    size(map.size());
    map.forEach((key, value) -> text(key).text(value));
    return this;
  }

  public RowBinary int64ByText(SequencedMap<String, Long> map) {
    size(map.size());
    map.forEach((key, value) -> text(key).int64(value));
    return this;
  }

  public byte[] toBytes() {
    return out.toByteArray();
  }

  private RowBinary size(int value) {
    var rest = value;
    while (rest > 0x7f) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
    return this;
  }

  private RowBinary littleEndian(long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      out.write((int) (value >>> (8 * i)));
    }
    return this;
  }
}
