package dev.tollgate.query.focus;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/// Where a row stands in the order of an answer: what a page token holds.
///
/// @param ofCalls whether it is among the charges of calls, which come first
/// @param key what tells the rows of a day apart
record Position(boolean ofCalls, Instant day, String key) {
  byte[] toBytes() {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeBoolean(ofCalls);
      out.writeLong(day.getEpochSecond());
      out.writeUTF(key);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /// Reads what `toBytes` wrote.
  static Position of(byte[] bytes) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return new Position(in.readBoolean(), Instant.ofEpochSecond(in.readLong()), in.readUTF());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
