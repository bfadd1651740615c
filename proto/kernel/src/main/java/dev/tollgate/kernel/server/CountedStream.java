package dev.tollgate.kernel.server;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A stream that breaks off once more than so many bytes were read from it.
final class CountedStream extends FilterInputStream {
  private final long bytesMax;
  private long bytes;

  CountedStream(InputStream in, long bytesMax) {
    super(in);
    this.bytesMax = bytesMax;
  }

  boolean exceeded() {
    return bytes > bytesMax;
  }

  @Override
  public int read() throws IOException {
    var read = super.read();
    count(read < 0 ? 0 : 1);
    return read;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    var read = super.read(into, offset, length);
    count(Math.max(read, 0));
    return read;
  }

  @Override
  public long skip(long count) throws IOException {
    var skipped = super.skip(count);
    count(skipped);
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void count(long more) throws IOException {
    bytes += more;
    if (exceeded()) {
      throw new IOException("more than " + bytesMax + " bytes");
    }
  }
}
