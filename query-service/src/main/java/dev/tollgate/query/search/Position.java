package dev.tollgate.query.search;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;

/// Where a row stands in the order of an answer: what a page token holds.
///
/// @param millis when the event took place
record Position(String eventId, long millis, String currency, BigInteger cost) {
  byte[] toBytes() {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeUTF(eventId);
      out.writeLong(millis);
      out.writeUTF(currency);
      out.writeUTF(cost.toString());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /// Reads what `toBytes` wrote.
  static Position of(byte[] bytes) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return new Position(in.readUTF(), in.readLong(), in.readUTF(), new BigInteger(in.readUTF()));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
