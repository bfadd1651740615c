package dev.tollgate.ingest.log;

import java.nio.file.Path;

/// One file of the log.
final class Segment {
  final Path file;
  final SegmentHeader header;

  /// Where its fsynced records end.
  private volatile long end;

  Segment(Path file, SegmentHeader header, long end) {
    this.file = file;
    this.header = header;
    this.end = end;
  }

  long end() {
    return end;
  }

  void endsAt(long newEnd) {
    end = newEnd;
  }
}
