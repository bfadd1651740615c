package dev.tollgate.ingest.ledger;

import dev.tollgate.ingest.encode.RowBinary;
import dev.tollgate.ingest.log.Logged;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;

/// The rows of entries, each followed by the columns that only the log knows: put together while
/// they are read, as a batch is large.
final class RowStream extends InputStream {
  private static final int NUMBERS_BYTES = 16;

  private final byte[] logId;
  private final long batch;
  private final Iterator<Logged> entries;
  private final Queue<byte[]> pieces = new ArrayDeque<>();
  private byte[] piece = {};
  private int at;

  RowStream(String logId, long batch, List<Logged> entries) {
    this.logId = new RowBinary().text(logId).toBytes();
    this.batch = batch;
    this.entries = entries.iterator();
  }

  @Override
  public int read() {
    return hasMore() ? piece[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    var done = 0;
    while (done < length && hasMore()) {
      var part = Math.min(length - done, piece.length - at);
      System.arraycopy(piece, at, into, offset + done, part);
      at += part;
      done += part;
    }
    return done == 0 && length > 0 ? -1 : done;
  }

  @Override
  public void close() throws IOException {
    if (entries instanceof Closeable reading) {
      reading.close();
    }
  }

  private boolean hasMore() {
    while (at == piece.length) {
      while (pieces.isEmpty() && entries.hasNext()) {
        put(entries.next());
      }
      if (pieces.isEmpty()) {
        return false;
      }
      piece = pieces.remove();
      at = 0;
    }
    return true;
  }

  private void put(Logged logged) {
    var ofLog =
        new RowBinary(logId.length + NUMBERS_BYTES)
            .fixed(logId)
            .int64(logged.position())
            .int64(batch)
            .toBytes();
    for (var row : logged.entry().rows()) {
      pieces.add(row);
      pieces.add(ofLog);
    }
  }
}
