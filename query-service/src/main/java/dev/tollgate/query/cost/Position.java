package dev.tollgate.query.cost;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/// Where a line stands in the order of an answer: what a page token holds.
record Position(long bucket, BigInteger cost, List<String> group, String currency) {
  Position {
    group = List.copyOf(group);
  }

  byte[] toBytes() {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeLong(bucket);
      out.writeUTF(cost.toString());
      out.writeUTF(currency);
      out.writeInt(group.size());
      for (var value : group) {
        out.writeUTF(value);
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /// Reads what `toBytes` wrote.
  static Position of(byte[] bytes) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      var bucket = in.readLong();
      var cost = new BigInteger(in.readUTF());
      var currency = in.readUTF();
      var size = in.readInt();
      var group = new ArrayList<String>();
      for (var i = 0; i < size; i++) {
        group.add(in.readUTF());
      }
      return new Position(bucket, cost, group, currency);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
