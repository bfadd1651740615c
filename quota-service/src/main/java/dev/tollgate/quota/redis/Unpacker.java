package dev.tollgate.quota.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// Reads msgpack as Redis' Lua writes it. Not safe for concurrent use; throws where something else
/// comes than is asked for.
public final class Unpacker {
  /// What a value can be. Lua's empty table may come as either of ARRAY and MAP.
  public enum Kind {
    NIL,
    BOOL,
    INTEGER,
    FLOAT,
    TEXT,
    ARRAY,
    MAP
  }

  private final byte[] bytes;
  private final int end;
  private int position;

  public Unpacker(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private Unpacker(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.position = from;
    this.end = end;
  }

  public boolean isAtEnd() {
    return position == end;
  }

  /// Of the value that comes next.
  public Kind next() {
    var head = peek();
    if (head <= 0x7f || head >= 0xe0) {
      return Kind.INTEGER;
    }
    if (head <= 0x8f) {
      return Kind.MAP;
    }
    if (head <= 0x9f) {
      return Kind.ARRAY;
    }
    if (head <= 0xbf) {
      return Kind.TEXT;
    }
    return switch (head) {
      case 0xc0 -> Kind.NIL;
      case 0xc2, 0xc3 -> Kind.BOOL;
      case 0xc4, 0xc5, 0xc6, 0xd9, 0xda, 0xdb -> Kind.TEXT;
      case 0xca, 0xcb -> Kind.FLOAT;
      case 0xcc, 0xcd, 0xce, 0xcf, 0xd0, 0xd1, 0xd2, 0xd3 -> Kind.INTEGER;
      case 0xdc, 0xdd -> Kind.ARRAY;
      case 0xde, 0xdf -> Kind.MAP;
      default -> throw unexpected("a value of msgpack");
    };
  }

  /// Begins an array and answers its length.
  public int array() {
    var kind = next();
    var length = kind == Kind.ARRAY || kind == Kind.MAP ? size() : -1;
    if (length < 0 || (kind == Kind.MAP && length > 0)) {
      throw unexpected("an array");
    }
    return length;
  }

  public long integer() {
    if (next() != Kind.INTEGER) {
      throw unexpected("an integer");
    }
    var head = take();
    return switch (head) {
      case 0xcc -> bigEndian(1);
      case 0xcd -> bigEndian(2);
      case 0xce -> bigEndian(4);
      case 0xcf -> unsigned(bigEndian(8));
      case 0xd0 -> (byte) bigEndian(1);
      case 0xd1 -> (short) bigEndian(2);
      case 0xd2 -> (int) bigEndian(4);
      case 0xd3 -> bigEndian(8);
      default -> (byte) head;
    };
  }

  private long unsigned(long value) {
    if (value < 0) {
      throw unexpected("an integer below 2^63");
    }
    return value;
  }

  public String text() {
    var length = length();
    var text = new String(bytes, position, length, StandardCharsets.UTF_8);
    position += length;
    return text;
  }

  public byte[] bytes() {
    var length = length();
    position += length;
    return Arrays.copyOfRange(bytes, position - length, position);
  }

  /// Empty for nil and for false, which stands for "none" in Lua.
  public Optional<byte[]> bytesIfAny() {
    var head = peek();
    if (head == 0xc0 || head == 0xc2) {
      position++;
      return Optional.empty();
    }
    return Optional.of(bytes());
  }

  public boolean bool() {
    if (next() != Kind.BOOL) {
      throw unexpected("true or false");
    }
    return take() == 0xc3;
  }

  public void nil() {
    if (next() != Kind.NIL) {
      throw unexpected("nil");
    }
    position++;
  }

  /// Passes over one value, whatever it is.
  public void skip() {
    var values = 1L;
    while (values > 0) {
      values--;
      switch (next()) {
        case NIL, BOOL -> position++;
        case INTEGER -> {
          var head = take();
          pass(head >= 0xcc && head <= 0xd3 ? 1 << (head & 3) : 0);
        }
        case FLOAT -> pass(take() == 0xca ? 4 : 8);
        case TEXT -> pass(length());
        case ARRAY -> values += size();
        case MAP -> values += 2L * size();
      }
    }
  }

  /// One value for itself; passes over it.
  public Unpacker one() {
    var from = position;
    skip();
    return new Unpacker(bytes, from, position);
  }

  /// The same, read for itself.
  Unpacker copy() {
    return new Unpacker(bytes, position, end);
  }

  /// Of an array, map or string whose head comes next.
  private int size() {
    var head = take();
    return switch (head) {
      case 0xc4, 0xd9 -> (int) bigEndian(1);
      case 0xc5, 0xda, 0xdc, 0xde -> (int) bigEndian(2);
      case 0xc6, 0xdb, 0xdd, 0xdf -> Math.toIntExact(bigEndian(4));
      default -> head & (head >= 0xa0 ? 0x1f : 0x0f);
    };
  }

  private int length() {
    if (next() != Kind.TEXT) {
      throw unexpected("a string");
    }
    var length = size();
    require(length);
    return length;
  }

  private int peek() {
    require(1);
    return bytes[position] & 0xff;
  }

  private int take() {
    var head = peek();
    position++;
    return head;
  }

  private void pass(int count) {
    require(count);
    position += count;
  }

  private long bigEndian(int width) {
    require(width);
    var value = 0L;
    for (int i = 0; i < width; i++) {
      value = (value << 8) | (bytes[position++] & 0xff);
    }
    return value;
  }

  private void require(int count) {
    if (end - position < count) {
      throw new IllegalStateException(
          "msgpack: it ends after "
              + end
              + " bytes (expected: "
              + count
              + " from "
              + position
              + ")");
    }
  }

  private IllegalStateException unexpected(String expectation) {
    return new IllegalStateException(
        "msgpack: head 0x%02x before byte %d (expected: %s)"
            .formatted(bytes[Math.min(position, end - 1)] & 0xff, position, expectation));
  }
}
