package dev.tollgate.ingest.log;

import java.nio.file.Path;

/// Something that had been fsynced can't be read any more. Only a person can decide what to do.
public final class LogDamaged extends RuntimeException {
  public LogDamaged(Path file, long offset, String what) {
    super(
        file
            + " at byte "
            + offset
            + ": "
            + what
            + " (what lies there had been acknowledged; restore the file, or move it away and accept"
            + " the loss)");
  }
}
