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
    put((byte) value);
    return this;
  }

  /// UInt16 or Int16.
  public RowBinary int16(int value) {
    var from = take(Short.BYTES);
    INT16.set(bytes, from, (short) value);
    return this;
  }

  /// UInt32 or Int32.
  public RowBinary int32(long value) {
    var from = take(Integer.BYTES);
    INT32.set(bytes, from, (int) value);
    return this;
  }

  /// UInt64, Int64 or DateTime64.
  public RowBinary int64(long value) {
    var from = take(Long.BYTES);
    INT64.set(bytes, from, value);
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
      put((byte) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    put((byte) rest);
    return this;
  }

  private void put(byte value) {
    var from = take(1);
    bytes[from] = value;
  }

  /* Where so many more bytes begin; the array may be another one from then on. */
  private int take(int more) {
    var from = size;
    size = Math.addExact(size, more);
    if (size > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size, 2 * bytes.length));
    }
    return from;
  }
}
