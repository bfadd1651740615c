package dev.tollgate.cli.backfill;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/// The rows of one file, read one by one.
interface Rows extends Closeable {
  /// What stands where a row should.
  sealed interface Read {
    record Row(SourceRow row) implements Read {}

    /// Not a row, and why.
    record Unreadable(long line, String why) implements Read {}
  }

  /// Empty at the end of the file.
  Optional<Read> next() throws IOException;
}
