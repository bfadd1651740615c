package dev.tollgate.ingest.encode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;

/// Writes values as ClickHouse's RowBinary: little-endian, lengths as variable-length integers.
public final class RowBinary {
  private static final int BYTES = 1_024;
  private static final VarHandle INT16 = view(short[].class);
  private static final VarHandle INT32 = view(int[].class);
  private static final VarHandle INT64 = view(long[].class);

  private byte[] bytes;
  private int size;

  public RowBinary() {
    this(BYTES);
  }

  /// @param bytes for how many there is room at first
  public RowBinary(int bytes) {
    this.bytes = new byte[bytes];
  }

  private static VarHandle view(Class<?> numbers) {
    return MethodHandles.byteArrayViewVarHandle(numbers, ByteOrder.LITTLE_ENDIAN);
  }

  /// UInt8 or Int8.
  public RowBinary int8(int value) {
    bytes[take(1)] = (byte) value;
    return this;
  }

  /// UInt16 or Int16.
  public RowBinary int16(int value) {
    INT16.set(bytes, take(Short.BYTES), (short) value);
    return this;
  }

  /// UInt32 or Int32.
  public RowBinary int32(long value) {
    INT32.set(bytes, take(Integer.BYTES), (int) value);
    return this;
  }

  /// UInt64, Int64 or DateTime64.
  public RowBinary int64(long value) {
    INT64.set(bytes, take(Long.BYTES), value);
    return this;
  }

  public RowBinary float64(double value) {
    return int64(Double.doubleToRawLongBits(value));
  }

  /// String, also LowCardinality. Mostly ASCII, which takes no array of its own.
  public RowBinary text(String value) {
    var length = value.length();
    var start = size;
    size(length);
    var from = take(length);
    for (int i = 0; i < length; i++) {
      var c = value.charAt(i);
      if (c >= 0x80) {
        size = start;
        var utf8 = value.getBytes(StandardCharsets.UTF_8);
        return size(utf8.length).fixed(utf8);
      }
      bytes[from + i] = (byte) c;
    }
    return this;
  }

  /// FixedString of just this length.
  public RowBinary fixed(byte[] value) {
    var from = take(value.length);
    System.arraycopy(value, 0, bytes, from, value.length);
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
    return Arrays.copyOf(bytes, size);
  }

  private RowBinary size(int value) {
    var rest = value;
    while (rest > 0x7f) {
      bytes[take(1)] = (byte) ((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    bytes[take(1)] = (byte) rest;
    return this;
  }

  /* Where so many more bytes begin. */
  private int take(int more) {
    var from = size;
    size = Math.addExact(size, more);
    if (size > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size, 2 * bytes.length));
    }
    return from;
  }
}
