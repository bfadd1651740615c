package dev.tollgate.quota.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes msgpack as Redis' Lua reads it. Not safe for concurrent use.
public final class Packer {
  private static final int INITIAL_BYTES = 512;
  private static final int ONE_BYTE_MAX = 0xff;
  private static final int TWO_BYTES_MAX = 0xffff;
  private static final long FOUR_BYTES_MAX = 0xffff_ffffL;

  private static final int LENGTH_BYTES = 5;

  private byte[] bytes = new byte[INITIAL_BYTES];
  private int size;

  /// Begins an array: its elements follow, one call each.
  public Packer array(int length) {
    if (length < 0) {
      throw new IllegalArgumentException("length: " + length + " (expected: not negative)");
    }
    if (length < 16) {
      return put(0x90 | length);
    }
    return length <= TWO_BYTES_MAX
        ? put(0xdc).bigEndian(length, 2)
        : put(0xdd).bigEndian(length, 4);
  }

  public Packer integer(long value) {
    if (value >= 0) {
      return unsigned(value);
    }
    if (value >= -32) {
      return put((int) value);
    }
    if (value >= Byte.MIN_VALUE) {
      return put(0xd0).bigEndian(value, 1);
    }
    if (value >= Short.MIN_VALUE) {
      return put(0xd1).bigEndian(value, 2);
    }
    return value >= Integer.MIN_VALUE
        ? put(0xd2).bigEndian(value, 4)
        : put(0xd3).bigEndian(value, 8);
  }

  private Packer unsigned(long value) {
    if (value <= Byte.MAX_VALUE) {
      return put((int) value);
    }
    if (value <= ONE_BYTE_MAX) {
      return put(0xcc).bigEndian(value, 1);
    }
    if (value <= TWO_BYTES_MAX) {
      return put(0xcd).bigEndian(value, 2);
    }
    return value <= FOUR_BYTES_MAX ? put(0xce).bigEndian(value, 4) : put(0xcf).bigEndian(value, 8);
  }

  public Packer text(String value) {
    var length = value.length();
    var start = size;
    header(length);
    room(length);
    for (int i = 0; i < length; i++) {
      var unit = value.charAt(i);
      if (unit > Byte.MAX_VALUE) {
        size = start;
        return bytes(value.getBytes(StandardCharsets.UTF_8));
      }
      bytes[size++] = (byte) unit;
    }
    return this;
  }

  /// A number as a text of its digits, which Lua hands on to Redis as it is.
  public Packer decimal(long value) {
    return text(Long.toString(value));
  }

  /// Begins a text that consists of what is packed until [#close] gets the mark that this returns.
  public int open() {
    room(LENGTH_BYTES);
    size += LENGTH_BYTES;
    return size;
  }

  /// Ends the text that was begun there. Texts within it were ended before.
  public Packer close(int mark) {
    var length = size - mark;
    size = mark - LENGTH_BYTES;
    header(length);
    System.arraycopy(bytes, mark, bytes, size, length);
    size += length;
    return this;
  }

  /// What Lua sees as a string, like [#text].
  public Packer bytes(byte[] value) {
    header(value.length);
    room(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
    return this;
  }

  private void header(int length) {
    if (length < 32) {
      put(0xa0 | length);
    } else if (length <= ONE_BYTE_MAX) {
      put(0xd9).bigEndian(length, 1);
    } else if (length <= TWO_BYTES_MAX) {
      put(0xda).bigEndian(length, 2);
    } else {
      put(0xdb).bigEndian(length, 4);
    }
  }

  public Packer bool(boolean value) {
    return put(value ? 0xc3 : 0xc2);
  }

  public Packer nil() {
    return put(0xc0);
  }

  /// What was written since the last call.
  public byte[] take() {
    var taken = Arrays.copyOf(bytes, size);
    size = 0;
    return taken;
  }

  private Packer put(int value) {
    room(1);
    bytes[size++] = (byte) value;
    return this;
  }

  private Packer bigEndian(long value, int width) {
    room(width);
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
      bytes[size++] = (byte) (value >>> shift);
    }
    return this;
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, more)));
    }
  }
}
