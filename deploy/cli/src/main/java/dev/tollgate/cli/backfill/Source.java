package dev.tollgate.cli.backfill;

import java.util.Optional;

/// How rows of one tool's exports are read. Without state; mistakes go to the row.
interface Source {
  /// What the row comes to; empty where it is not of a call.
  Optional<PastUsage> read(SourceRow row);

  /// Whether a column of that name is read, or may stand there unread.
  default boolean knows(String column) {
    return true;
  }
}
