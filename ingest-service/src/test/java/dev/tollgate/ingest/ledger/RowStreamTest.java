package dev.tollgate.ingest.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.encode.RowBinary;
import dev.tollgate.ingest.log.Entry;
import dev.tollgate.ingest.log.Logged;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowStreamTest {
  private static final List<Logged> ENTRIES =
      List.of(
          new Logged(7, new Entry.Correction("t", "e", new byte[] {1, 2, 3}, new byte[] {4})),
          new Logged(9, new Entry.Seal(1, 2)),
          new Logged(11, new Entry.Correction("t", "f", new byte[0], new byte[] {5, 6})));

  private static byte[] expected() {
    var rows = new RowBinary();
    rows.fixed(new byte[] {1, 2, 3}).text("log").int64(7).int64(20);
    rows.fixed(new byte[] {4}).text("log").int64(7).int64(20);
    rows.text("log").int64(11).int64(20);
    rows.fixed(new byte[] {5, 6}).text("log").int64(11).int64(20);
    return rows.toBytes();
  }

  @Test
  void read_inPiecesOfAnySize_isEveryRowWithTheColumnsOfTheLog() throws Exception {
    for (int size = 1; size <= expected().length + 1; size++) {
      var read = new ByteArrayOutputStream();
      var piece = new byte[size];
      try (var rows = new RowStream("log", 20, ENTRIES)) {
        for (int got = rows.read(piece, 0, size); got >= 0; got = rows.read(piece, 0, size)) {
          read.write(piece, 0, got);
        }
      }

      assertThat(read.toByteArray()).as("pieces of %d", size).isEqualTo(expected());
    }
  }

  @Test
  void read_byteByByte_isTheSame() throws Exception {
    var read = new ByteArrayOutputStream();
    try (var rows = new RowStream("log", 20, ENTRIES)) {
      for (int next = rows.read(); next >= 0; next = rows.read()) {
        read.write(next);
      }
    }

    assertThat(read.toByteArray()).isEqualTo(expected());
  }
}
